import type {
  Elementwise,
  LightLayer,
} from "../../scripts/bench/elementwise/workload.ts";
import type { Training } from "../../scripts/bench/training/workload.ts";

/** A dense classifier that trains in microseconds. */
export const tiny: Training = {
  kind: "training",
  name: "tiny",
  input: [6],
  layers: [{ type: "dense", units: 5 }, { type: "relu" }, {
    type: "dense",
    units: 3,
  }],
  loss: "crossEntropy",
  batch: 4,
  replicas: 1,
  learningRate: 0.5,
  comparedSteps: 4,
};

/** One with every layer of images. */
export const tinyConv: Training = {
  ...tiny,
  name: "tiny-conv",
  input: [6, 6, 1],
  layers: [
    { type: "conv", channels: 4, kernel: 3, padding: 1 },
    { type: "tanh" },
    { type: "maxPool", kernel: 2, stride: 2 },
    { type: "flatten" },
    { type: "dense", units: 3 },
  ],
  batch: 2,
  learningRate: 0.1,
};

/** Both passes of every layer that memory bounds, on four images; windows overlap and leave a column out. */
export const smallElementwise: readonly Elementwise[] = ([
  { type: "copy" },
  { type: "relu" },
  { type: "sigmoid" },
  { type: "add" },
  { type: "dropout", probability: 0.3 },
  { type: "softmax" },
  { type: "layerNorm" },
  { type: "batchNorm" },
  { type: "maxPool2d", kernel: 3, stride: 2 },
  { type: "averagePool2d", kernel: 3, stride: 2 },
] satisfies LightLayer[]).flatMap((layer) =>
  (["forward", "backward"] as const).map((pass) => ({
    kind: "elementwise",
    name: `${layer.type} ${pass}`,
    ...{ layer, pass },
    shape: [4, 6, 5, 8],
  }))
);
