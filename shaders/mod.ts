/**
 * Text of every WGSL file. Kernels come in through imports, so that loading
 * them needs no permission and works in a bundle for the browser as well.
 */
import activation from "./activation.wgsl" with { type: "text" };
import adam from "./adam.wgsl" with { type: "text" };
import add from "./add.wgsl" with { type: "text" };
import averagePool2d from "./average_pool2d.wgsl" with { type: "text" };
import batchNorm from "./batch_norm.wgsl" with { type: "text" };
import batchNormBackward from "./batch_norm_backward.wgsl" with {
  type: "text",
};
import cells from "./cells.wgsl" with { type: "text" };
import channels from "./channels.wgsl" with { type: "text" };
import clip from "./clip.wgsl" with { type: "text" };
import clipNone from "./clip_none.wgsl" with { type: "text" };
import columnSum from "./column_sum.wgsl" with { type: "text" };
import concatenate from "./concatenate.wgsl" with { type: "text" };
import conv from "./conv.wgsl" with { type: "text" };
import copy from "./copy.wgsl" with { type: "text" };
import dropout from "./dropout.wgsl" with { type: "text" };
import exp from "./exp.wgsl" with { type: "text" };
import gemm from "./gemm.wgsl" with { type: "text" };
import gradientNorm from "./gradient_norm.wgsl" with { type: "text" };
import halfSquaredNorm from "./half_squared_norm.wgsl" with { type: "text" };
import halfSquaredNormColumns from "./half_squared_norm_columns.wgsl" with {
  type: "text",
};
import laneSum from "./lane_sum.wgsl" with { type: "text" };
import layerNorm from "./layer_norm.wgsl" with { type: "text" };
import layerNormParts from "./layer_norm_parts.wgsl" with { type: "text" };
import learningRate from "./learning_rate.wgsl" with { type: "text" };
import loopProbe from "./loop_probe.wgsl" with { type: "text" };
import maxPool2d from "./max_pool2d.wgsl" with { type: "text" };
import momentum from "./momentum.wgsl" with { type: "text" };
import momentumNone from "./momentum_none.wgsl" with { type: "text" };
import multiplyHigh from "./multiply_high.wgsl" with { type: "text" };
import multiplyHigh64 from "./multiply_high_64.wgsl" with { type: "text" };
import random from "./random.wgsl" with { type: "text" };
import relu from "./relu.wgsl" with { type: "text" };
import replicate from "./replicate.wgsl" with { type: "text" };
import rmsprop from "./rmsprop.wgsl" with { type: "text" };
import rows from "./rows.wgsl" with { type: "text" };
import sgd from "./sgd.wgsl" with { type: "text" };
import sgdHeavyBall from "./sgd_heavy_ball.wgsl" with { type: "text" };
import sgdPlain from "./sgd_plain.wgsl" with { type: "text" };
import sigmoid from "./sigmoid.wgsl" with { type: "text" };
import softmax from "./softmax.wgsl" with { type: "text" };
import softmaxCrossEntropy from "./softmax_cross_entropy.wgsl" with {
  type: "text",
};
import softmaxCrossEntropyColumns from "./softmax_cross_entropy_columns.wgsl" with {
  type: "text",
};
import squaredError from "./squared_error.wgsl" with { type: "text" };
import squaredErrorColumns from "./squared_error_columns.wgsl" with {
  type: "text",
};
import steps from "./steps.wgsl" with { type: "text" };
import stepsMemory from "./steps_memory.wgsl" with { type: "text" };
import subgroupProbe from "./subgroup_probe.wgsl" with { type: "text" };
import sumParts from "./sum_parts.wgsl" with { type: "text" };
import tanh from "./tanh.wgsl" with { type: "text" };
import unfold from "./unfold.wgsl" with { type: "text" };
import update from "./update.wgsl" with { type: "text" };
import weightDecay from "./weight_decay.wgsl" with { type: "text" };
import weightDecayStream from "./weight_decay_stream.wgsl" with {
  type: "text",
};
import windows from "./windows.wgsl" with { type: "text" };
import zero from "./zero.wgsl" with { type: "text" };

const shaders = {
  "activation.wgsl": activation,
  "adam.wgsl": adam,
  "add.wgsl": add,
  "average_pool2d.wgsl": averagePool2d,
  "batch_norm.wgsl": batchNorm,
  "batch_norm_backward.wgsl": batchNormBackward,
  "cells.wgsl": cells,
  "channels.wgsl": channels,
  "clip.wgsl": clip,
  "clip_none.wgsl": clipNone,
  "column_sum.wgsl": columnSum,
  "concatenate.wgsl": concatenate,
  "conv.wgsl": conv,
  "copy.wgsl": copy,
  "dropout.wgsl": dropout,
  "exp.wgsl": exp,
  "gemm.wgsl": gemm,
  "gradient_norm.wgsl": gradientNorm,
  "half_squared_norm.wgsl": halfSquaredNorm,
  "half_squared_norm_columns.wgsl": halfSquaredNormColumns,
  "lane_sum.wgsl": laneSum,
  "layer_norm.wgsl": layerNorm,
  "layer_norm_parts.wgsl": layerNormParts,
  "learning_rate.wgsl": learningRate,
  "loop_probe.wgsl": loopProbe,
  "max_pool2d.wgsl": maxPool2d,
  "momentum.wgsl": momentum,
  "momentum_none.wgsl": momentumNone,
  "multiply_high.wgsl": multiplyHigh,
  "multiply_high_64.wgsl": multiplyHigh64,
  "random.wgsl": random,
  "relu.wgsl": relu,
  "replicate.wgsl": replicate,
  "rmsprop.wgsl": rmsprop,
  "rows.wgsl": rows,
  "sgd.wgsl": sgd,
  "sgd_heavy_ball.wgsl": sgdHeavyBall,
  "sgd_plain.wgsl": sgdPlain,
  "sigmoid.wgsl": sigmoid,
  "softmax.wgsl": softmax,
  "softmax_cross_entropy.wgsl": softmaxCrossEntropy,
  "softmax_cross_entropy_columns.wgsl": softmaxCrossEntropyColumns,
  "squared_error.wgsl": squaredError,
  "squared_error_columns.wgsl": squaredErrorColumns,
  "steps.wgsl": steps,
  "steps_memory.wgsl": stepsMemory,
  "subgroup_probe.wgsl": subgroupProbe,
  "sum_parts.wgsl": sumParts,
  "tanh.wgsl": tanh,
  "unfold.wgsl": unfold,
  "update.wgsl": update,
  "weight_decay.wgsl": weightDecay,
  "weight_decay_stream.wgsl": weightDecayStream,
  "windows.wgsl": windows,
  "zero.wgsl": zero,
} as const;

/** Name of a WGSL file, as in `sigmoid.wgsl`. */
export type ShaderFile = keyof typeof shaders;

/** Names of all WGSL files. */
export const shaderFiles = Object.keys(shaders) as ShaderFile[];

/** WGSL text and the file it stands in: one of ours by its name, or a reader's own. */
export type ShaderSource = ShaderFile | {
  readonly file: string;
  readonly code: string;
};

/** Text of one WGSL file. */
export function shader(source: ShaderSource): string {
  return typeof source === "string" ? shaders[source] : source.code;
}

/** Name of the file of a source. */
export function fileName(source: ShaderSource): string {
  return typeof source === "string" ? source : source.file;
}
