import assert from "node:assert/strict";
import { NablaError, UsageError } from "../../lib/core/errors.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import vectors from "../fixtures/rng.json" with { type: "json" };
import { assertClose } from "../support/compare.ts";

/** What `torch.nn` draws weights and biases from, `±1/√fan_in`. */
function uniformInit(random: TorchRandom, count: number, fanIn: number) {
  const bound = 1 / Math.sqrt(fanIn);
  return [...random.uniform(count, -bound, bound)];
}

for (const vector of vectors) {
  const { seed } = vector;

  Deno.test(`TorchRandom matches PyTorch's rand, randint, randperm in a row at seed ${seed}`, () => {
    const random = new TorchRandom(seed);
    assert.deepEqual([...random.rand(8)], vector.rand);
    assert.deepEqual([...random.randint(0, 10, 12)], vector.randint_0_10);
    assert.deepEqual([...random.randperm(17)], vector.randperm_17);
  });

  Deno.test(`uniform() matches PyTorch's Linear(5, 3) at seed ${seed}`, () => {
    const random = new TorchRandom(seed);
    const { weight, bias } = vector.linear_5_3;
    assert.deepEqual(uniformInit(random, 15, 5), weight.flat());
    assert.deepEqual(uniformInit(random, 3, 5), bias);
  });

  Deno.test(`uniform() matches PyTorch's Conv2d(2, 3, 3) at seed ${seed}`, () => {
    const random = new TorchRandom(seed);
    const { weight, bias } = vector.conv_2_3_k3;
    assert.deepEqual(uniformInit(random, 54, 18), weight.flat(3));
    assert.deepEqual(uniformInit(random, 3, 18), bias);
  });

  Deno.test(`dataLoaderOrder() matches two shuffled epochs at seed ${seed}`, () => {
    const random = new TorchRandom(seed);
    for (const batches of vector.dataloader_23_bs5_two_epochs) {
      assert.deepEqual([...random.dataLoaderOrder(23)], batches.flat());
    }
  });

  Deno.test(`randn() matches PyTorch below 16 elements at seed ${seed}`, () => {
    assert.deepEqual([...new TorchRandom(seed).randn(5)], vector.randn_5);
  });

  // PyTorch's AVX2 kernel takes log, sin and cos from float32 polynomials that err by
  // an ulp or two of each factor; the product, at most about 5, errs by a few 2^-24.
  Deno.test(`randn() matches PyTorch's blocks of 16 at seed ${seed}`, () => {
    assertClose(new TorchRandom(seed).randn(40), vector.randn_40, {
      tolerance: 2 ** -22,
      floor: 1,
      label: "randn",
    });
  });
}

Deno.test("next() follows mt19937 over many blocks of 624 numbers", () => {
  const random = new TorchRandom(5489);
  const draws = Uint32Array.from({ length: 10_000 }, () => random.next());
  // The 10,000th is in the C++ standard (rand.predef), the others are numpy's.
  assert.equal(draws[9999], 4123659995);
  assert.deepEqual([...draws.subarray(623, 625)], [4020325887, 4178893912]);
  assert.equal(draws.reduce((all, draw) => all ^ draw) >>> 0, 3377458665);
});

Deno.test("randn() keeps the second normal of a pair for the next call", () => {
  const random = new TorchRandom(7);
  const single = [...random.randn(1), ...random.randn(1), ...random.randn(3)];
  assert.deepEqual(single, [...new TorchRandom(7).randn(5)]);
});

Deno.test("randn() has mean 0 and variance 1 on both paths", () => {
  const random = new TorchRandom(3);
  const few = Array.from({ length: 4000 }, () => [...random.randn(5)]).flat();
  for (const normals of [few, [...random.randn(20_000)]]) {
    const mean = normals.reduce((a, x) => a + x, 0) / normals.length;
    const square = normals.reduce((a, x) => a + x * x, 0) / normals.length;
    // Four standard errors of 20,000 draws.
    assert.ok(Math.abs(mean) < 4 / Math.sqrt(20_000), `mean ${mean}`);
    assert.ok(Math.abs(square - 1) < 4 * Math.sqrt(2 / 20_000), `${square}`);
  }
});

Deno.test("restore() continues exactly where save() was called", () => {
  const random = new TorchRandom(42);
  random.rand(1000);
  random.randn(3);
  const saved = random.save();
  const draw = () => [
    ...random.randn(4),
    ...random.rand(700),
    ...random.randperm(50),
  ];
  const first = draw();
  random.restore(saved);
  assert.deepEqual(draw(), first);
  const other = new TorchRandom(1);
  // A view into a larger array, as a checkpoint hands it out.
  const holder = new Uint32Array(saved.length + 1);
  holder.set(saved, 1);
  other.restore(holder.subarray(1));
  assert.deepEqual([...other.save()], [...saved]);
});

Deno.test("restore() rejects what save() did not write", () => {
  const random = new TorchRandom();
  const position = random.save();
  position[624] = 625;
  const flag = random.save();
  flag[625] = 2;
  for (const state of [new Uint32Array(5), position, flag]) {
    assert.throws(() => random.restore(state), NablaError);
  }
});

Deno.test("manualSeed() takes the low 32 bits and forgets the kept normal", () => {
  const random = new TorchRandom(5);
  const expected = [...new TorchRandom(5).randn(3)];
  random.randn(1);
  random.manualSeed(2 ** 32 + 5);
  assert.deepEqual([...random.randn(3)], expected);
  assert.equal(new TorchRandom(-1).next(), new TorchRandom(2 ** 32 - 1).next());
  for (const seed of [NaN, 0.5, Infinity, 2 ** 53]) {
    assert.throws(() => random.manualSeed(seed), UsageError);
  }
});

Deno.test("TorchRandom refuses ranges it cannot draw from", () => {
  const random = new TorchRandom();
  assert.throws(() => random.uniform(1, 1, 0), RangeError);
  assert.throws(() => random.uniform(1, 0, Infinity), RangeError);
  assert.throws(() => random.uniform(1, NaN, 1), RangeError);
  assert.throws(() => random.randint(3, 3, 1), RangeError);
  assert.throws(() => random.randint(0, 2 ** 31, 1), RangeError);
  assert.throws(() => random.randperm(-1), RangeError);
  assert.throws(() => random.randperm(2 ** 31), RangeError);
});

Deno.test("randint() reaches negative and widest ranges", () => {
  const drawn = new TorchRandom(0).randint(-(2 ** 31), 2 ** 31 - 1, 1000);
  assert.ok(drawn.some((x) => x < -(2 ** 30)));
  assert.ok(drawn.some((x) => x > 2 ** 30));
});

Deno.test("randperm() is a permutation at sizes 0, 1 and 1000", () => {
  for (const size of [0, 1, 1000]) {
    const sorted = new TorchRandom(9).randperm(size).sort();
    assert.deepEqual([...sorted], [...Array(size).keys()]);
  }
});
