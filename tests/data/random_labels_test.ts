import assert from "node:assert/strict";
import { NablaError } from "../../lib/core/errors.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import {
  randomLabels,
  replicaLabels,
  toReplicaClasses,
} from "../../lib/data/random_labels.ts";

const count = 6000;
const data = {
  images: new Uint8Array(count),
  shape: [count, 1, 1, 1],
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  count,
};

const differences = (labels: Uint8Array, from = data.labels) =>
  labels.reduce((sum, label, i) => sum + (label === from[i] ? 0 : 1), 0);

Deno.test("randomLabels() leaves images and the original labels alone", () => {
  const before = data.labels.slice();
  const noisy = randomLabels(data, { fraction: 1, random: new TorchRandom(1) });
  assert.equal(noisy.images, data.images);
  assert.deepEqual(data.labels, before);
  assert.equal(noisy.labels.length, count);
});

Deno.test("randomLabels() draws the given fraction uniformly over the classes", () => {
  const random = new TorchRandom(1);
  assert.equal(
    differences(randomLabels(data, { fraction: 0, random }).labels),
    0,
  );
  for (const fraction of [0.2, 0.5, 1]) {
    const { labels } = randomLabels(data, { fraction, random });
    // One in ten of the drawn labels is the old one; four standard deviations.
    const drawn = fraction * count;
    const deviation = Math.sqrt(drawn * 0.9 * 0.1);
    assert.ok(Math.abs(differences(labels) - 0.9 * drawn) < 4 * deviation);
  }
  const { labels } = randomLabels(data, { fraction: 1, random });
  for (let label = 0; label < 10; label++) {
    const share = labels.filter((other) => other === label).length;
    assert.ok(Math.abs(share - 600) < 4 * Math.sqrt(540), `${label}: ${share}`);
  }
});

Deno.test("randomLabels() stays within the classes it is told", () => {
  const random = new TorchRandom(1);
  const { labels } = randomLabels(data, { fraction: 1, random, classes: 2 });
  assert.ok(labels.every((label) => label < 2));
});

Deno.test("randomLabels() repeats itself from the same seed alone", () => {
  const draw = (seed: number) =>
    randomLabels(data, { fraction: 0.4, random: new TorchRandom(seed) }).labels;
  assert.deepEqual(draw(5), draw(5));
  assert.notDeepEqual(draw(5), draw(6));
});

Deno.test("replicaLabels() gives every fraction the same draws", () => {
  const fractions = [0, 0.2, 0.4, 1];
  const { labels, replicas } = replicaLabels(data, {
    fractions,
    random: new TorchRandom(2),
  });
  assert.equal(replicas, 4);
  const rows = fractions.map((_, r) =>
    labels.slice(r * count, (r + 1) * count)
  );
  fractions.forEach((fraction, r) => {
    const alone = randomLabels(data, { fraction, random: new TorchRandom(2) });
    assert.deepEqual(rows[r], alone.labels);
  });
  // What is noise at 20 % is the same noise at 40 %.
  rows[1]!.forEach((label, i) => {
    if (label !== data.labels[i]) assert.equal(rows[2]![i], label);
  });
});

Deno.test("replicaLabels() refuses a fraction outside 0 to 1", () => {
  for (const fraction of [-0.1, 1.1, NaN]) {
    assert.throws(
      () => randomLabels(data, { fraction, random: new TorchRandom(0) }),
      NablaError,
    );
  }
});

Deno.test("toReplicaClasses() copies the classes of every replica", () => {
  const set = {
    labels: Uint8Array.of(0, 1, 2, 5, 6, 7),
    replicas: 2,
    count: 3,
  };
  assert.deepEqual([...toReplicaClasses(set, [2, 0])], [2, 0, 7, 5]);
  const into = new Uint32Array(6).fill(99);
  toReplicaClasses(set, [1, 1], { into });
  assert.deepEqual([...into], [1, 1, 99, 6, 6, 99]);
  assert.throws(() => toReplicaClasses(set, [3]), NablaError);
  assert.throws(
    () => toReplicaClasses(set, [0, 1, 2, 0], { into }),
    /room for 3 values, 4 needed/,
  );
});
