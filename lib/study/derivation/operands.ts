/** Random operands of a kernel case and what follows from them in float64. */
import { dropoutMask } from "../../math/dropout.ts";
import type { Random } from "../../math/random.ts";
import {
  exact,
  identity,
  type Matrix,
  matrix,
  ones,
  scalar,
} from "./algebra.ts";
import type { KernelCase, Operands } from "./line.ts";
import { normalized, normalizedBy, scaleAndShift } from "./normalize.ts";

/** A matrix of float32 numbers, uniform on [−1, 1), so that the GPU gets the very same. */
function draw32(random: Random, [rows, columns]: [number, number]): Matrix {
  return matrix(rows, columns, Float32Array.from(random.array(rows * columns)));
}

/** One-hot rows of random classes. */
function drawClasses(
  random: Random,
  [rows, classes]: [number, number],
): Matrix {
  const target = matrix(rows, classes, new Float64Array(rows * classes));
  for (let row = 0; row < rows; row++) {
    target.data[row * classes + random.integer(0, classes)] = 1;
  }
  return target;
}

/** `X·Wᵀ + 1bᵀ`, [batch, units]. */
function affine(
  input: Matrix,
  { weight, bias }: { weight: Matrix; bias: Matrix },
): Matrix {
  const { plus, product, transpose } = exact;
  return plus(
    product(input, transpose(weight)),
    product(ones(input.rows), transpose(bias)),
  );
}

/** Parameters of a normalization, and the running statistics that it has or might have. */
function drawNorm(random: Random, features: number): Operands {
  const runningVariance = draw32(random, [features, 1]);
  return {
    weight: draw32(random, [features, 1]),
    bias: draw32(random, [features, 1]),
    runningMean: draw32(random, [features, 1]),
    // From 0.5 to 1.5.
    runningVariance: {
      ...runningVariance,
      data: runningVariance.data.map((v) => Math.fround(1 + v / 2)),
    },
  };
}

/** The parameters of a case's layer; of an activation those that it would have if it were dense. */
function drawParameters(
  { kind, units, identity: isIdentity }: KernelCase["layer"],
  { random, features }: { random: Random; features: number },
): Operands {
  if (kind === "batchNorm" || kind === "layerNorm") {
    return drawNorm(random, features);
  }
  const width = units ?? features;
  return isIdentity
    ? {
      weight: identity(width),
      bias: matrix(width, 1, new Float64Array(width)),
    }
    : {
      weight: draw32(random, [width, features]),
      bias: draw32(random, [width, 1]),
    };
}

/** Key of the layer `dropout1` for the generator of masks. */
const DROPOUT1 = 0x5f2e4f73;

/** What a case's layer draws by itself, seed 0 and step 1: the mask of dropout. */
function drawnByLayer(
  { kind, probability = 0 }: KernelCase["layer"],
  [rows, columns]: readonly [number, number],
): Operands {
  if (kind !== "dropout") return {};
  const drawn = { probability, seed: 0, layer: DROPOUT1, step: 1 };
  return { mask: matrix(rows, columns, dropoutMask(rows * columns, drawn)) };
}

/** The layer's output. */
function outputOf(
  { kind, epsilon = 0, evaluation, probability = 0 }: KernelCase["layer"],
  operands: Operands,
): Matrix {
  const { input, runningMean, runningVariance } = operands;
  const parameters = { weight: operands.weight!, bias: operands.bias! };
  switch (kind) {
    case "dense":
      return affine(input!, parameters);
    case "batchNorm":
    case "layerNorm": {
      const over = kind === "batchNorm" ? "examples" : "features";
      const xHat = evaluation
        ? normalizedBy(exact, input!, {
          mean: runningMean!,
          variance: runningVariance!,
          epsilon,
        })
        : normalized(exact, input!, { over, epsilon });
      return scaleAndShift(exact, xHat, parameters);
    }
    case "dropout":
      return exact.scale(
        1 / (1 - probability),
        exact.hadamard(input!, operands.mask!),
      );
    default:
      return exact[kind](input!);
  }
}
/** Draws the operands of a case; see {@linkcode Operands}. */
export function drawOperands(
  { layer, loss, input: [batch, features] }: KernelCase,
  random: Random,
): Operands {
  const input = draw32(random, [batch, features]);
  const units = layer.units ?? features;
  const kept = {
    ...drawParameters(layer, { random, features }),
    ...drawnByLayer(layer, [batch, features]),
  };
  const output = outputOf(layer, { input, ...kept });
  const target = loss === "cross entropy"
    ? drawClasses(random, [batch, units])
    : draw32(random, [batch, units]);
  const dOutput = exact.minus(output, target);
  const dWeight = exact.product(exact.transpose(dOutput), input);
  const learningRate = scalar(Math.fround(0.1));
  const earlier = draw32(random, [units, features]);
  const state = matrix(units, features, earlier.data.map(Math.abs));
  return {
    input,
    ...kept,
    output,
    target,
    dOutput,
    dWeight,
    learningRate,
    state,
  };
}
