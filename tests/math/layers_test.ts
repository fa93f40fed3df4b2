/** The oracle against PyTorch's own layers. The vectors are float32, hence the tolerances. */
import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import {
  backward,
  constant,
  type Var,
  variable,
} from "../../lib/math/autodiff.ts";
import { largest } from "../../lib/math/compare.ts";
import { centralDifferences } from "../../lib/math/differences.ts";
import { dropout } from "../../lib/math/dropout.ts";
import {
  meanSquaredError,
  softmaxCrossEntropy,
} from "../../lib/math/losses.ts";
import {
  batchNorm,
  batchNormEvaluation,
  layerNorm,
  movedStatistics,
  softmax,
} from "../../lib/math/normalization.ts";
import * as op from "../../lib/math/operations.ts";
import { averagePool2d, maxPool2d } from "../../lib/math/pooling.ts";
import { Random } from "../../lib/math/random.ts";
import bytes from "../fixtures/layers.safetensors" with { type: "bytes" };
import { assertClose } from "../support/compare.ts";

const { tensors } = decodeSafetensors(bytes);

/** A stored tensor as float64. */
function stored(name: string) {
  const { shape, data } = tensors[name]!;
  return { shape, data: Float64Array.from(data, Number) };
}

/** Compares output and every stored gradient of `layer(inputs by name)`. */
function assertMatches(
  name: string,
  inputs: string[],
  layer: (...inputs: Var[]) => Var,
): void {
  const variables = inputs.map((input) => {
    const { data, shape } = stored(`${name}/${input}`);
    return variable(data, shape);
  });
  const y = layer(...variables);
  const compare = (label: string, actual: Float64Array, tolerance: number) => {
    const { data } = stored(`${name}/${label}`);
    // Float32 sums cancel: errors count against the tensor's largest element.
    const floor = largest(data);
    assertClose(actual, data, { tolerance, floor, label: `${name}/${label}` });
  };
  compare("y", y.value, 1e-6);
  const upstream = constant(stored(`${name}/dy`).data, y.shape);
  backward(op.sum(op.mul(y, upstream)));
  inputs.forEach((input, i) => compare(`d_${input}`, variables[i]!.grad, 1e-5));
}

for (const name of ["linear0", "linear1", "linear2", "linear3"]) {
  Deno.test(`matmul() and add() match PyTorch's ${name}`, () => {
    assertMatches(
      name,
      ["x", "w", "b"],
      (x, w, b) => op.add(op.matmul(x, op.transpose(w)), b),
    );
  });
}

for (const name of ["relu", "sigmoid", "tanh"] as const) {
  Deno.test(`${name}() matches PyTorch`, () => {
    assertMatches(name, ["x"], op[name]);
  });
}

for (const name of ["cross_entropy0", "cross_entropy1", "cross_entropy2"]) {
  Deno.test(`softmaxCrossEntropy() matches PyTorch's ${name}`, () => {
    const classes = stored(`${name}/t_i64`).data;
    assertMatches(name, ["x"], (x) => softmaxCrossEntropy(x, classes));
  });
}

Deno.test("meanSquaredError() matches PyTorch", () => {
  assertMatches("mse", ["x", "t"], meanSquaredError);
});

Deno.test("mean() over axes gives layer normalization as PyTorch computes it", () => {
  assertMatches("layernorm", ["x", "w", "b"], (x, w, b) => {
    const centered = op.sub(x, op.mean(x, 1));
    const variance = op.mean(op.square(centered), 1);
    const inverse = op.power(op.add(variance, constant([1e-5], [])), -0.5);
    return op.add(op.mul(op.mul(centered, inverse), w), b);
  });
});

/** [batch, channels, height, width] → [batch, height, width, channels], and back. */
const last = (x: Var) => op.transpose(x, [0, 2, 3, 1]);
const first = (x: Var) => op.transpose(x, [0, 3, 1, 2]);

for (const name of ["maxpool0", "maxpool1", "maxpool2", "maxpool3"]) {
  Deno.test(`maxPool2d() matches PyTorch's ${name}`, () => {
    const kernel = stored(`${name}/attr_kernel_i64`).data[0]!;
    const stride = stored(`${name}/attr_stride_i64`).data[0]!;
    assertMatches(name, ["x"], (x) =>
      first(maxPool2d(last(x), {
        kernel: [kernel, kernel],
        stride: [stride, stride],
        padding: [0, 0],
      })));
  });
}

for (const name of ["batchnorm1d", "batchnorm2d"]) {
  const images = name === "batchnorm2d";
  const turn = images ? last : (x: Var) => x;
  Deno.test(`batchNorm() matches PyTorch's ${name}`, () => {
    assertMatches(name, ["x", "w", "b"], (x, weight, bias) => {
      const y = batchNorm(turn(x), { weight, bias }, 1e-5);
      return images ? first(y) : y;
    });
  });
  Deno.test(`running statistics match PyTorch's ${name}`, () => {
    const variable = (part: string) => {
      const { data, shape } = stored(`${name}/${part}`);
      return constant(data, shape);
    };
    const channels = stored(`${name}/w`).data.length;
    const moved = movedStatistics(
      {
        mean: new Float64Array(channels),
        variance: new Float64Array(channels).fill(1),
      },
      turn(variable("x")),
      0.1,
    );
    const close = (actual: ArrayLike<number>, expected: Float64Array) =>
      assertClose(actual, expected, {
        tolerance: 1e-6,
        floor: largest(expected),
      });
    close(moved.mean, stored(`${name}/running_mean`).data);
    close(moved.variance, stored(`${name}/running_var`).data);
    const y = batchNormEvaluation(
      turn(variable("eval_x")),
      { weight: variable("w"), bias: variable("b") },
      { ...moved, epsilon: 1e-5 },
    );
    const output = images ? first(y) : y;
    close(output.value, stored(`${name}/eval_y`).data);
  });
}

Deno.test("layerNorm() matches PyTorch", () => {
  assertMatches(
    "layernorm",
    ["x", "w", "b"],
    (x, weight, bias) => layerNorm(x, { weight, bias }, 1e-5),
  );
});

Deno.test("dropout() matches PyTorch, given its mask", () => {
  const { data: mask } = stored("dropout/mask");
  assertMatches("dropout", ["x"], (x) => dropout(x, mask, 0.5));
});

Deno.test("an Elman cell matches PyTorch over six times", () => {
  const [times, batch, features] = stored("rnn/x").shape as number[];
  const length = batch! * features!;
  assertMatches("rnn", ["x", "u", "w", "b"], (x, u, w, b) => {
    const apply = (input: Var, weight: Var) =>
      op.matmul(input, op.transpose(weight));
    let hidden: Var | null = null;
    for (let t = 0; t < times!; t++) {
      const indices = Array.from({ length }, (_, i) => t * length + i);
      const now = apply(op.gather(x, indices, [batch!, features!]), u);
      const sum = hidden ? op.add(now, apply(hidden, w)) : now;
      hidden = op.tanh(op.add(sum, b));
    }
    return hidden!;
  });
});

/** Compares the gradient of a weighted sum of `layer(x)` with central differences. */
function assertDifferences(shape: number[], layer: (x: Var) => Var): void {
  const random = new Random(5);
  const size = shape.reduce((product, axis) => product * axis, 1);
  const at = random.normals(size);
  const x = variable(at, shape);
  const y = layer(x);
  const weights = constant(random.normals(y.value.length), y.shape);
  const loss = (point: Var) => op.sum(op.mul(layer(point), weights));
  backward(op.sum(op.mul(y, weights)));
  const differences = centralDifferences(
    (moved) => loss(constant(moved, shape)).value[0]!,
    at,
  );
  assertClose(x.grad, differences, { tolerance: 1e-7, floor: 1 });
}

Deno.test("averagePool2d() and its gradient are means over windows", () => {
  const windows = {
    kernel: [3, 2],
    stride: [2, 1],
    padding: [1, 0],
  } as const;
  const ones = constant(new Float64Array(30).fill(1), [1, 5, 6, 1]);
  const y = averagePool2d(ones, windows);
  // The first and last rows of windows have a third of padding.
  const expected = [2 / 3, 1, 2 / 3].flatMap((v) => Array<number>(5).fill(v));
  assertClose(y.value, expected, { tolerance: 1e-12 });
  assertDifferences([2, 5, 6, 3], (x) => averagePool2d(x, windows));
});

Deno.test("softmax() and concatenate() have the gradients of their values", () => {
  assertDifferences([3, 4], softmax);
  assertDifferences([3, 4], (x) => op.concatenate([x, op.square(x), x]));
  const row = softmax(constant([1e3, 1e3, -1e3], [1, 3])).value;
  assertClose(row, [0.5, 0.5, 0], { tolerance: 1e-12 });
  const joined = op.concatenate([
    constant([1, 2, 3, 4], [2, 2]),
    constant([5, 6], [2, 1]),
  ]);
  assert.deepEqual([...joined.value], [1, 2, 5, 3, 4, 6]);
});
