/** Kernels of batch and layer normalization. */
import { type Algebra, type Matrix, ones } from "../algebra.ts";
import type { KernelCase, Operands } from "../line.ts";
import {
  deviations,
  everyRow,
  type Normalization,
  normalized,
  normalizedBackward,
  normalizedBy,
  scaleAndShift,
} from "../normalize.ts";
import { BATCH, FEATURES } from "./sizes.ts";

/** Large enough for float32 to show where it is left out. */
const EPSILON = 0.01;
const MOMENTUM = 0.1;

const NORM = {
  loss: "half squared error",
  input: [BATCH, FEATURES],
  tolerance: 1e-5,
} as const;
const BATCH_NORM = {
  ...NORM,
  layer: { kind: "batchNorm", epsilon: EPSILON },
} as const;
const EVALUATED = {
  ...NORM,
  layer: { kind: "batchNorm", epsilon: EPSILON, evaluation: true },
} as const;
const LAYER_NORM = {
  ...NORM,
  file: "layer_norm.wgsl",
  layer: { kind: "layerNorm", epsilon: EPSILON },
} as const;

const OVER_EXAMPLES: Normalization = { over: "examples", epsilon: EPSILON };
const OVER_FEATURES: Normalization = { over: "features", epsilon: EPSILON };

/** `X̂ ⊙ γ + β`. */
function forward(normalization: Normalization): KernelCase["formula"] {
  return ({ input, weight, bias }, algebra) =>
    scaleAndShift(algebra, normalized(algebra, input!, normalization), {
      weight: weight!,
      bias: bias!,
    });
}

/** The gradient of the input. */
function backward(normalization: Normalization): KernelCase["formula"] {
  return ({ input, weight, dOutput }, algebra) => {
    const gradient = algebra.hadamard(
      dOutput!,
      everyRow(algebra, weight!, dOutput!.rows),
    );
    return normalizedBackward(
      algebra,
      { x: input!, gradient },
      normalization,
    );
  };
}

/** `(dY ⊙ X̂)ᵀ·1`, [features, 1]. */
function dWeight(normalization: Normalization): KernelCase["formula"] {
  return ({ input, dOutput }, algebra) => {
    const { hadamard, product, transpose } = algebra;
    const xHat = normalized(algebra, input!, normalization);
    return product(transpose(hadamard(dOutput!, xHat)), ones(xHat.rows));
  };
}

/** `dYᵀ·1`, [features, 1]. */
function dBias(
  { dOutput }: Operands,
  { product, transpose }: Algebra,
): Matrix {
  return product(transpose(dOutput!), ones(dOutput!.rows));
}

/** `X̂ ⊙ γ + β`, over the examples. */
export const batchNormForward: KernelCase = {
  ...BATCH_NORM,
  file: "batch_norm.wgsl",
  role: "forward, training",
  quantity: "output",
  formula: forward(OVER_EXAMPLES),
};

/** `r + m(now − r)`. */
function moved(
  { minus, plus, scale }: Algebra,
  old: Matrix,
  now: Matrix,
): Matrix {
  return plus(old, scale(MOMENTUM, minus(now, old)));
}

/** `r + m(μ − r)`, [features, 1]. */
export const runningMean: KernelCase = {
  ...BATCH_NORM,
  file: "batch_norm.wgsl",
  role: "running mean",
  quantity: "runningMean",
  formula({ input, runningMean }, algebra) {
    const { product, scale, transpose } = algebra;
    const { rows } = input!;
    const now = scale(1 / rows, product(transpose(input!), ones(rows)));
    return moved(algebra, runningMean!, now);
  },
};

/** `r + m(σ²·B/(B − 1) − r)`, [features, 1]. */
export const runningVariance: KernelCase = {
  ...BATCH_NORM,
  file: "batch_norm.wgsl",
  role: "running variance",
  quantity: "runningVariance",
  formula({ input, runningVariance }, algebra) {
    const { hadamard, minus, product, scale, transpose } = algebra;
    const x = input!;
    const sum = (a: Matrix) => product(transpose(a), ones(x.rows));
    const average = scale(1 / x.rows, sum(x));
    const squares = minus(sum(hadamard(x, x)), hadamard(sum(x), average));
    const now = scale(1 / (x.rows - 1), squares);
    return moved(algebra, runningVariance!, now);
  },
};

/** The gradient of the input of batch normalization. */
export const batchNormInput: KernelCase = {
  ...BATCH_NORM,
  file: "batch_norm_backward.wgsl",
  role: "backward to the input, training",
  quantity: "dInput",
  formula: backward(OVER_EXAMPLES),
};

/** `(dY ⊙ X̂)ᵀ·1` over the examples. */
export const batchNormWeight: KernelCase = {
  ...BATCH_NORM,
  file: "batch_norm_backward.wgsl",
  role: "backward to γ",
  quantity: "dWeight",
  formula: dWeight(OVER_EXAMPLES),
};

/** `dYᵀ·1`. */
export const batchNormBias: KernelCase = {
  ...BATCH_NORM,
  file: "batch_norm_backward.wgsl",
  role: "backward to β",
  quantity: "dBias",
  formula: dBias,
};

/** `(X − r_μ) ⊘ √(r_σ² + ε) ⊙ γ + β`. */
export const batchNormEvaluation: KernelCase = {
  ...EVALUATED,
  file: "batch_norm.wgsl",
  role: "forward, evaluation",
  quantity: "output",
  formula({ input, weight, bias, ...running }, algebra) {
    const xHat = normalizedBy(algebra, input!, {
      mean: running.runningMean!,
      variance: running.runningVariance!,
      epsilon: EPSILON,
    });
    return scaleAndShift(algebra, xHat, { weight: weight!, bias: bias! });
  },
};

/** `dY ⊙ γ ⊘ √(r_σ² + ε)`. */
export const batchNormEvaluationInput: KernelCase = {
  ...EVALUATED,
  file: "batch_norm_backward.wgsl",
  role: "backward to the input, evaluation",
  quantity: "dInput",
  formula(operands, algebra) {
    const { dOutput, weight, runningVariance } = operands;
    const { rows } = dOutput!;
    const gradient = algebra.hadamard(
      dOutput!,
      everyRow(algebra, weight!, rows),
    );
    const variance = everyRow(algebra, runningVariance!, rows);
    return algebra.quotient(gradient, deviations(algebra, variance, EPSILON));
  },
};

/** `X̂ ⊙ γ + β`, over the features. */
export const layerNormForward: KernelCase = {
  ...LAYER_NORM,
  role: "forward",
  quantity: "output",
  formula: forward(OVER_FEATURES),
};

/** The gradient of the input of layer normalization. */
export const layerNormInput: KernelCase = {
  ...LAYER_NORM,
  role: "backward to the input",
  quantity: "dInput",
  formula: backward(OVER_FEATURES),
};

/** `(dY ⊙ X̂)ᵀ·1` over the features. */
export const layerNormWeight: KernelCase = {
  ...LAYER_NORM,
  file: "layer_norm_parts.wgsl",
  role: "backward to γ",
  quantity: "dWeight",
  formula: dWeight(OVER_FEATURES),
};
