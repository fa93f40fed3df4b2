import assert from "node:assert/strict";
import { NablaError } from "../../lib/core/errors.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import {
  createTeacher,
  evaluateTeacher,
  sampleTeacher,
  teacherSets,
} from "../../lib/data/teacher.ts";

Deno.test("evaluateTeacher() is V tanh(Wx + b)", () => {
  const teacher = {
    inputs: 2,
    hidden: 2,
    outputs: 1,
    first: Float64Array.of(1, 2, -3, 0.5),
    bias: Float64Array.of(0.25, -0.5),
    second: Float64Array.of(2, -1),
  };
  const [value] = evaluateTeacher(teacher, [0.5, -1]);
  assert.equal(value, 2 * Math.tanh(-1.25) - Math.tanh(-2.5));
});

Deno.test("sampleTeacher() adds noise of the given size to the teacher's outputs", () => {
  const random = new TorchRandom(1);
  const teacher = createTeacher(random, { inputs: 8, hidden: 8, outputs: 8 });
  const { x, target, noiseSquare } = sampleTeacher(teacher, {
    random,
    count: 2000,
    noise: 0.3,
  });
  assert.deepEqual([x.shape, target.shape], [[2000, 8], [2000, 8]]);
  let square = 0;
  let truths = 0;
  for (let row = 0; row < 2000; row++) {
    const input = x.data.slice(row * 8, row * 8 + 8) as Float32Array;
    evaluateTeacher(teacher, input).forEach((truth, o) => {
      square += (Number(target.data[row * 8 + o]) - truth) ** 2 / 16_000;
      truths += truth ** 2 / 16_000;
    });
  }
  // Targets are rounded to float32, the noise was not.
  assert.ok(Math.abs(square - noiseSquare) < 1e-7);
  // The mean of 16,000 squares of N(0, 0.09): four standard deviations.
  assert.ok(Math.abs(square - 0.09) < 4 * 0.09 * Math.sqrt(2 / 16_000));
  assert.ok(truths > 0.2 && truths < 0.8, String(truths));
});

Deno.test("sampleTeacher() begins a larger sample with the smaller one", () => {
  const teacher = createTeacher(new TorchRandom(1), {
    inputs: 3,
    hidden: 4,
    outputs: 2,
  });
  const sample = (count: number) =>
    sampleTeacher(teacher, { random: new TorchRandom(9), count, noise: 0.1 });
  const [small, large] = [sample(5), sample(8)];
  assert.deepEqual(large.x.data.slice(0, 15), small.x.data);
  assert.deepEqual(large.target.data.slice(0, 10), small.target.data);
});

Deno.test("sampleTeacher() without noise gives the teacher itself", () => {
  const random = new TorchRandom(4);
  const teacher = createTeacher(random, { inputs: 2, hidden: 3, outputs: 1 });
  const { x, target, noiseSquare } = sampleTeacher(teacher, {
    random,
    count: 1,
    noise: 0,
  });
  assert.equal(noiseSquare, 0);
  const [truth] = evaluateTeacher(teacher, x.data as Float32Array);
  assert.equal(target.data[0], Math.fround(truth!));
});

Deno.test("sampleTeacher() refuses a noise that is no standard deviation", () => {
  const random = new TorchRandom(0);
  const teacher = createTeacher(random, { inputs: 1, hidden: 1, outputs: 1 });
  for (const noise of [-0.1, NaN, Infinity]) {
    assert.throws(
      () => sampleTeacher(teacher, { random, count: 1, noise }),
      NablaError,
    );
  }
});

Deno.test("teacherSets() keeps teacher and test set when the training set changes", () => {
  const options = { seed: 3, test: 20, noise: 0.3 };
  const small = teacherSets({ ...options, train: 10 });
  const large = teacherSets({ ...options, train: 15 });
  assert.deepEqual(large.teacher, small.teacher);
  assert.deepEqual(large.test, small.test);
  assert.deepEqual(large.train.x.data.slice(0, 80), small.train.x.data);
  assert.equal(small.optimalError, 0.3 ** 2);
  assert.notDeepEqual(small.train.x.data.slice(0, 80), small.test.x.data);

  const fresh = teacherSets({ ...options, train: 10, draw: 1 });
  assert.deepEqual(fresh.teacher, small.teacher);
  assert.deepEqual(fresh.test, small.test);
  assert.notDeepEqual(fresh.train, small.train);
  assert.notDeepEqual(
    teacherSets({ ...options, seed: 4, train: 10 }).teacher,
    small.teacher,
  );
});
