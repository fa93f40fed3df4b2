import {
  type Baseline,
  compareEach,
  compareSums,
  GBPS,
  type Section,
} from "../section.ts";
import { expectedPass } from "./reference.ts";
import { type Elementwise, type LightLayer, trafficOf } from "./workload.ts";

/** Activations of an AlexNet for 28 × 28 images, 15 MB, and rows of as many numbers. */
const IMAGES = [64, 25, 25, 96];
const ROWS = [3750, 1024];

/** Error relative to the largest entry: float32 sums over a row or a channel that cancel. */
const TOLERANCE = 1e-5;

const layers: readonly (readonly [
  name: string,
  layer: LightLayer,
  shape: readonly number[],
])[] = [
  ["relu", { type: "relu" }, IMAGES],
  ["sigmoid", { type: "sigmoid" }, IMAGES],
  ["dropout", { type: "dropout", probability: 0.5 }, IMAGES],
  ["softmax", { type: "softmax" }, ROWS],
  ["layer-norm", { type: "layerNorm" }, ROWS],
  ["batch-norm", { type: "batchNorm" }, IMAGES],
  ["max-pool-2", { type: "maxPool2d", kernel: 2, stride: 2 }, IMAGES],
  ["max-pool-3", { type: "maxPool2d", kernel: 3, stride: 2 }, IMAGES],
  ["average-pool-2", { type: "averagePool2d", kernel: 2, stride: 2 }, IMAGES],
  ["average-pool-3", { type: "averagePool2d", kernel: 3, stride: 2 }, IMAGES],
];

/** Layers whose speed is that of memory, against a copy of as many bytes. */
export const elementwise: Section<Elementwise> = {
  name: "elementwise",
  summary: "activations, pooling, normalization and dropout, both passes",
  usual: true,
  unit: GBPS,
  against: [],
  workloads: [
    {
      kind: "elementwise",
      name: "elementwise-add-forward",
      layer: { type: "add" },
      pass: "forward",
      shape: IMAGES,
    },
    ...layers.flatMap(([name, layer, shape]) =>
      (["forward", "backward"] as const).map((pass): Elementwise => ({
        kind: "elementwise",
        name: `elementwise-${name}-${pass}`,
        ...{ layer, pass, shape },
      }))
    ),
  ],
  work: trafficOf,
  expected: expectedPass,
  compare: (values, expected) => compareSums(values, expected, TOLERANCE),
  floors: () => [{ kind: "fraction", of: "copy", least: 0.3 }],
  baselines: (workload) => [copyBaseline(trafficOf(workload))],
};

/** Nabla's own copy that moves so many bytes, reading half and writing half. */
export function copyBaseline(bytes: number): Baseline {
  const workload: Elementwise = {
    kind: "elementwise",
    name: `copy of ${bytes} bytes`,
    layer: { type: "copy" },
    pass: "forward",
    shape: [2, Math.round(bytes / 16)],
  };
  return {
    contender: "copy",
    workload,
    constant: false,
    work(values) {
      const { error, holds } = compareEach(values, expectedPass(workload), 0);
      if (holds) return trafficOf(workload);
      throw new Error(`wrong values: relative error ${error.toExponential(1)}`);
    },
  };
}
