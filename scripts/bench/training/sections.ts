import type { ContenderName } from "../contenders.ts";
import { peakBaseline } from "../peak/baseline.ts";
import {
  compareEach,
  type Floor,
  GFLOPS,
  type Section,
  STEPS,
} from "../section.ts";
import { losses } from "./reference.ts";
import { flopsOf, type LayerOptions, type Training } from "./workload.ts";

const dense = (units: number): LayerOptions => ({ type: "dense", units });
const relu: LayerOptions = { type: "relu" };
const tanh: LayerOptions = { type: "tanh" };
const flatten: LayerOptions = { type: "flatten" };
const conv = (channels: number, kernel: number, padding = 0): LayerOptions => ({
  type: "conv",
  channels,
  kernel,
  padding,
});
const maxPool = (kernel: number, stride: number): LayerOptions => ({
  type: "maxPool",
  kernel,
  stride,
});

const libraries: readonly ContenderName[] = [
  "jax-js-webgpu",
  "tfjs-webgpu",
  "jax-js-wasm",
  "tfjs-wasm",
];
const torch: readonly ContenderName[] = ["pytorch-1", "pytorch"];

/** Compares losses by their relative errors; any two contenders then agree to twice the tolerance. */
const comparing =
  (tolerance: number): Section["compare"] => (values, expected) =>
    compareEach(values, expected, tolerance);

/** What the sections of dense networks have in common: the exponentials of some libraries are loose. */
const shared = { expected: losses, compare: comparing(5e-5) };

/** What those of convolutional ones have: their first losses hardly depend on the images, so that a small difference tells. */
const sharedImages = { expected: losses, compare: comparing(2e-6) };

/** Reasons why a library cannot train convolutions. */
function withConvolutions(workload: Training, contender: ContenderName) {
  return contender === "tfjs-wasm"
    ? "has no gradient of the weight of a convolution"
    : workload;
}

/** A dense network for images. */
export const mlp: Section<Training> = {
  ...shared,
  name: "mlp",
  summary: "a training step of a 784-256-128-10 ReLU network, batch 64",
  usual: true,
  unit: GFLOPS,
  against: [...libraries, ...torch],
  workloads: [{
    kind: "training",
    name: "mlp-step",
    input: [784],
    layers: [dense(256), relu, dense(128), relu, dense(10)],
    loss: "crossEntropy",
    batch: 64,
    replicas: 1,
    learningRate: 0.1,
    comparedSteps: 5,
  }],
  work: flopsOf,
  floors: () => [
    { kind: "times", against: "jax-js-wasm", least: 1 },
    { kind: "times", against: "jax-js-webgpu", least: 5 },
  ],
  baselines: () => [peakBaseline],
};

function smallTraining(units: number, replicas: number): Training {
  return {
    kind: "training",
    name: `small-${units}${replicas > 1 ? `-x${replicas}` : ""}`,
    input: [8],
    layers: [dense(units), tanh, dense(units), tanh, dense(8)],
    loss: "meanSquare",
    batch: 100,
    replicas,
    learningRate: 0.05,
    comparedSteps: 3,
  };
}

/** Steps per second that the smallest network shall reach: alone, and of all replicas. */
const smallFloors: Readonly<Record<string, Floor>> = {
  "small-10": { kind: "rate", least: 6000 },
  "small-10-x64": { kind: "rate", least: 20_000 },
};

/** Tiny networks on a full batch, alone and many side by side. */
export const small: Section<Training> = {
  ...shared,
  name: "small",
  summary:
    "8-M-M-8 tanh networks on a full batch of 100, alone and side by side",
  usual: true,
  unit: STEPS,
  against: [...libraries, ...torch],
  workloads: [
    ...[10, 50, 200].map((units) => smallTraining(units, 1)),
    ...[10, 50].map((units) => smallTraining(units, 64)),
    smallTraining(200, 8),
  ],
  work: ({ replicas }) => replicas,
  floors: ({ name }) => smallFloors[name] ? [smallFloors[name]] : [],
};

/** A small convolutional network. */
export const cnn: Section<Training> = {
  ...sharedImages,
  name: "cnn",
  summary: "a training step of a 1-16-32 convolutional network, batch 64",
  usual: true,
  unit: GFLOPS,
  against: [...libraries, ...torch],
  workloads: [{
    kind: "training",
    name: "cnn-step",
    input: [28, 28, 1],
    layers: [
      ...[conv(16, 3, 1), relu, maxPool(2, 2)],
      ...[conv(32, 3, 1), relu, maxPool(2, 2)],
      flatten,
      dense(10),
    ],
    loss: "crossEntropy",
    batch: 64,
    replicas: 1,
    learningRate: 0.1,
    comparedSteps: 2,
  }],
  work: flopsOf,
  floors: () => [{ kind: "times", against: "jax-js-webgpu", least: 4 }],
  baselines: () => [peakBaseline],
  given: withConvolutions,
};

/** Losses of the first steps of `alexnet-step`, by PyTorch in float64 (`peers/pytorch.py expect`): they would take minutes here. */
const ALEXNET_LOSSES = [2.304388716776159, 2.3021408678409876];

/** A large convolutional network. */
export const alexnet: Section<Training> = {
  ...sharedImages,
  name: "alexnet",
  summary: "a training step of an AlexNet of 8.9 million parameters, batch 64",
  usual: false,
  unit: GFLOPS,
  against: torch,
  workloads: [{
    kind: "training",
    name: "alexnet-step",
    input: [28, 28, 1],
    layers: [
      ...[conv(96, 4), relu, conv(96, 3), relu],
      ...[conv(256, 5, 2), relu, maxPool(3, 2)],
      ...[conv(384, 3, 1), relu, conv(384, 3, 1), relu],
      ...[conv(256, 3, 1), relu, maxPool(3, 2)],
      ...[flatten, dense(800), relu, dense(10)],
    ],
    loss: "crossEntropy",
    batch: 64,
    replicas: 1,
    learningRate: 0.1,
    comparedSteps: 2,
  }],
  work: flopsOf,
  expected: () => ALEXNET_LOSSES,
  floors: () => [{ kind: "time", mostMs: 6000 }],
  baselines: () => [peakBaseline],
};
