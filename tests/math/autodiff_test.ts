import assert from "node:assert/strict";
import {
  backward,
  constant,
  type Var,
  variable,
} from "../../lib/math/autodiff.ts";
import { largest } from "../../lib/math/compare.ts";
import { centralDifferences } from "../../lib/math/differences.ts";
import {
  halfSquaredNorm,
  meanSquaredError,
  softmaxCrossEntropy,
} from "../../lib/math/losses.ts";
import * as op from "../../lib/math/operations.ts";
import { Random } from "../../lib/math/random.ts";
import type { Shape } from "../../lib/core/shape.ts";
import { assertClose } from "../support/compare.ts";

/** Values away from the kink of ReLU at 0 by more than any step. */
function input(random: Random, shape: Shape): Var {
  const size = shape.reduce((a, b) => a * b, 1);
  const away = random.array(size).map((x) => x + Math.sign(x) * 0.05);
  return variable(away, shape);
}

/** Checks all gradients of `Σ c ⊙ f(inputs)`, with random fixed `c`, against differences. */
function assertGradients(
  f: (...inputs: Var[]) => Var,
  inputs: Var[],
  random: Random,
): void {
  const output = f(...inputs);
  const weights = constant(random.array(output.value.length), output.shape);
  backward(op.sum(op.mul(output, weights)));
  const gradients = inputs.map(({ grad }) => grad.slice());
  inputs.forEach(({ value, shape }, changed) => {
    const loss = (data: Float64Array) => {
      const moved = variable(data, shape);
      const out = f(...inputs.map((v, i) => i === changed ? moved : v));
      return out.value.reduce((a, y, i) => a + y * weights.value[i]!, 0);
    };
    const expected = centralDifferences(loss, value, { step: 1e-5 });
    // Truncation h²f‴/6 and rounding 1e-16/h both stay near 1e-10 of the largest entry.
    assertClose(gradients[changed]!, expected, {
      tolerance: 1e-7,
      floor: Math.max(largest(expected), 1e-3),
      label: `gradient of input ${changed}`,
    });
  });
}

const CASES: [string, (...inputs: Var[]) => Var, Shape[]][] = [
  ["add()", op.add, [[3, 4], [3, 4]]],
  ["add() of a row", op.add, [[3, 4], [4]]],
  ["add() to a row", op.add, [[4], [2, 3, 4]]],
  ["sub() of a column", op.sub, [[3, 4], [3, 1]]],
  ["sub() to a scalar", op.sub, [[], [3, 2]]],
  ["mul()", op.mul, [[2, 5], [2, 5]]],
  ["mul() of row and column", op.mul, [[1, 4], [3, 1]]],
  ["div()", (a, b) => op.div(a, op.exp(b)), [[2, 3], [3]]],
  ["scale()", (a) => op.scale(a, -2.5), [[7]]],
  ["neg()", op.neg, [[7]]],
  ["sigmoid()", op.sigmoid, [[2, 3]]],
  ["tanh()", op.tanh, [[2, 3]]],
  ["relu()", op.relu, [[5, 5]]],
  ["exp()", op.exp, [[6]]],
  ["log()", (a) => op.log(op.exp(a)), [[6]]],
  ["square()", op.square, [[6]]],
  ["power()", (a) => op.power(op.exp(a), -0.5), [[6]]],
  ["sum()", (a) => op.sum(a), [[3, 4]]],
  ["sum() over the first axis", (a) => op.sum(a, 0), [[3, 4, 2]]],
  ["sum() over a middle axis", (a) => op.sum(a, 1), [[3, 4, 2]]],
  ["mean()", (a) => op.mean(a), [[3, 4]]],
  ["mean() over the last axis", (a) => op.mean(a, 2), [[3, 4, 2]]],
  ["matmul() of 1×1", op.matmul, [[1, 1], [1, 1]]],
  ["matmul()", op.matmul, [[3, 5], [5, 2]]],
  ["reshape()", (a) => op.square(op.reshape(a, [6])), [[2, 3]]],
  ["transpose()", (a) => op.square(op.transpose(a)), [[2, 3]]],
  ["transpose() of axes", (a) => op.transpose(a, [2, 0, 1]), [[2, 3, 4]]],
  ["broadcastTo()", (a) => op.broadcastTo(a, [2, 3, 4]), [[3, 1]]],
  ["gather()", (a) => op.gather(a, [3, -1, 3, 0], [2, 2]), [[5]]],
  ["halfSquaredNorm()", halfSquaredNorm, [[2, 3]]],
  ["meanSquaredError()", meanSquaredError, [[2, 3], [2, 3]]],
  [
    "softmaxCrossEntropy()",
    (a) => softmaxCrossEntropy(a, [2, 0, 1, 2]),
    [[4, 3]],
  ],
];

for (const [name, f, shapes] of CASES) {
  Deno.test(`${name} gradient matches central differences`, () => {
    const random = new Random(name.length);
    assertGradients(f, shapes.map((shape) => input(random, shape)), random);
  });
}

/** A random chain of layers over three 4×4 inputs that reuses earlier values and parameters. */
function randomGraph(seed: number): (...inputs: Var[]) => Var {
  const unary = [op.sigmoid, op.tanh, op.transpose, op.relu];
  const binary = [op.add, op.sub, op.mul, op.matmul];
  return (...inputs) => {
    const random = new Random(seed);
    const values = [...inputs];
    const pick = () => values[random.integer(0, values.length)]!;
    for (let step = 0; step < 8; step++) {
      const join = binary[random.integer(0, binary.length)]!;
      const bend = unary[random.integer(0, unary.length)]!;
      values.push(bend(join(pick(), pick())));
    }
    return values.reduce((a, b) => op.add(a, b));
  };
}

for (let seed = 0; seed < 20; seed++) {
  Deno.test(`backward() matches central differences on random graph ${seed}`, () => {
    const random = new Random(1000 + seed);
    const inputs = [0, 1, 2].map(() => input(random, [4, 4]));
    assertGradients(randomGraph(seed), inputs, random);
  });
}

Deno.test("backward() adds up both uses of a shared matrix", () => {
  const random = new Random(8);
  // y = Wx, u = ReLU(y), v = u + Wu, L = ½‖v‖².
  const loss = (weight: Var, x: Var) => {
    const u = op.relu(op.matmul(weight, x));
    return halfSquaredNorm(op.add(u, op.matmul(weight, u)));
  };
  assertGradients(loss, [input(random, [8, 8]), input(random, [8, 1])], random);
});

Deno.test("backward() overwrites what an earlier call left", () => {
  const x = variable([3], [1]);
  const y = op.square(x);
  backward(y);
  backward(y);
  assert.deepEqual([...x.grad], [6]);
});

Deno.test("backward() leaves constants and what depends on them alone", () => {
  const x = variable([2], [1]);
  const c = constant([5], [1]);
  const doubled = op.scale(c, 2);
  backward(op.mul(x, doubled));
  assert.deepEqual([...x.grad, ...c.grad, ...doubled.grad], [10, 0, 0]);
});

Deno.test("backward() walks a chain of 100,000 operations", () => {
  const x = variable([1], []);
  let y = x;
  for (let i = 0; i < 100_000; i++) y = op.add(y, x);
  backward(y);
  assert.deepEqual([...x.grad], [100_001]);
});

Deno.test("operations give the values of their definitions", () => {
  const a = variable([1, 2, 3, 4, 5, 6], [1, 2, 3]);
  const b = variable([1, 2, 4, 8, 16, 32], [2, 3]);
  const values: [Var, Shape, number[]][] = [
    [op.add(b, variable([1, 0, -1], [3])), [2, 3], [2, 2, 3, 9, 16, 31]],
    [op.sub(variable([1, 2], [2, 1]), b), [2, 3], [0, -1, -3, -6, -14, -30]],
    [op.mul(a, b), [1, 2, 3], [1, 4, 12, 32, 80, 192]],
    [op.div(b, variable([2], [])), [2, 3], [0.5, 1, 2, 4, 8, 16]],
    [op.neg(op.scale(b, 2)), [2, 3], [-2, -4, -8, -16, -32, -64]],
    [op.square(b), [2, 3], [1, 4, 16, 64, 256, 1024]],
    [op.power(b, 2), [2, 3], [1, 4, 16, 64, 256, 1024]],
    [op.exp(variable([0, 1], [2])), [2], [1, Math.E]],
    [op.log(variable([1, Math.E], [2])), [2], [0, 1]],
    [op.sum(a), [], [21]],
    [op.sum(a, 1), [1, 1, 3], [5, 7, 9]],
    [op.mean(a, 2), [1, 2, 1], [2, 5]],
    [op.mean(b), [], [10.5]],
    [op.matmul(b, op.transpose(b)), [2, 2], [21, 168, 168, 1344]],
    [op.reshape(a, [3, 2]), [3, 2], [1, 2, 3, 4, 5, 6]],
    [op.transpose(b), [3, 2], [1, 8, 2, 16, 4, 32]],
    [op.transpose(a, [1, 2, 0]), [2, 3, 1], [1, 2, 3, 4, 5, 6]],
    [op.transpose(a, [2, 0, 1]), [3, 1, 2], [1, 4, 2, 5, 3, 6]],
    [op.broadcastTo(variable([1, 2], [2, 1]), [2, 2]), [2, 2], [1, 1, 2, 2]],
    [op.gather(b, [5, -1, 0], [3]), [3], [32, 0, 1]],
    [halfSquaredNorm(variable([3, 4], [2])), [], [12.5]],
  ];
  for (const [{ value, shape }, expectedShape, expected] of values) {
    assert.deepEqual(shape, expectedShape);
    assert.deepEqual([...value].map((x) => x + 0), expected);
  }
});

Deno.test("operations refuse shapes that do not fit", () => {
  const a = variable([1, 2, 3, 4, 5, 6], [2, 3]);
  const faults = [
    () => variable([1, 2], [3]),
    () => backward(a),
    () => op.add(a, variable([1, 2], [2])),
    () => op.matmul(a, a),
    () => op.matmul(a, variable([1, 2, 3], [3])),
    () => op.reshape(a, [4]),
    () => op.transpose(a, [0, 0]),
    () => op.broadcastTo(a, [3]),
    () => op.sum(a, 2),
    () => softmaxCrossEntropy(a, [0, 0, 0]),
    () => softmaxCrossEntropy(a, [0, 3]),
  ];
  for (const fault of faults) assert.throws(fault, TypeError);
});

Deno.test("relu() and sigmoid() keep NaN and reach their limits", () => {
  const x = variable([NaN, -Infinity, -0, 800, -800], [5]);
  assert.deepEqual([...op.relu(x).value], [NaN, 0, 0, 800, 0]);
  const expected = [NaN, 0, 0.5, 1, 0];
  assert.deepEqual([...op.sigmoid(x).value], expected);
});

Deno.test("softmaxCrossEntropy() stays finite on logits of 1000", () => {
  const logits = variable([1000, -1000, 0], [1, 3]);
  const loss = softmaxCrossEntropy(logits, [1]);
  assert.equal(loss.value[0], 2000);
  backward(loss);
  assert.deepEqual([...logits.grad], [1, -1, 0]);
});
