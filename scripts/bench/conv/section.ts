import type { ContenderName } from "../contenders.ts";
import { gemmBaseline } from "../gemm/section.ts";
import { gemmOf, type Layout } from "../gemm/workload.ts";
import { peakBaseline } from "../peak/baseline.ts";
import { compareSums, type Floor, GFLOPS, type Section } from "../section.ts";
import { expectedConv } from "./reference.ts";
import { type Conv, outputSize, type Pass } from "./workload.ts";

/** Images of a batch: enough to fill an adapter, few enough for a short run. */
const BATCH = 16;
/** Images of the other libraries' batches: they are slow, and their rates do not depend on it. */
const PEER_BATCH = 1;

/** Convolutions of an AlexNet for 28 × 28 images. */
const layers = [
  { inputs: 96, outputs: 96, kernel: 3, padding: 0, size: 25 },
  { inputs: 96, outputs: 256, kernel: 5, padding: 2, size: 23 },
  { inputs: 256, outputs: 384, kernel: 3, padding: 1, size: 11 },
];

/** The layout of a pass as a matrix product of rows and taps. */
const layouts: Readonly<Record<Pass, Layout>> = {
  forward: "NT",
  input: "NN",
  weight: "TN",
};

/** Error relative to the largest entry: float32 sums of up to 8464 terms that cancel. */
const TOLERANCE = 3e-5;

/** Convolutions. */
export const conv: Section<Conv> = {
  name: "conv",
  summary: "three convolutions, forward and both gradients",
  usual: true,
  unit: GFLOPS,
  against: ["jax-js-webgpu", "tfjs-webgpu", "jax-js-wasm", "tfjs-wasm"],
  workloads: layers.flatMap((layer) =>
    (["forward", "input", "weight"] as const).map((pass): Conv => ({
      kind: "conv",
      name: `conv-${layer.inputs}-${layer.outputs}-${pass}`,
      pass,
      batch: BATCH,
      ...layer,
    }))
  ),
  work: (conv) =>
    2 * conv.batch * outputSize(conv) ** 2 * conv.outputs * conv.inputs *
    conv.kernel ** 2,
  expected: expectedConv,
  compare: (values, expected) => compareSums(values, expected, TOLERANCE),
  floors: ({ pass }) => floors[pass],
  baselines: ({ pass }) => [
    peakBaseline,
    gemmBaseline(gemmOf(layouts[pass], 768)),
  ],
  given(workload, contender: ContenderName) {
    if (contender === "nabla") return workload;
    if (contender === "tfjs-wasm" && workload.pass === "weight") {
      return "has no gradient of the weight of a convolution";
    }
    return { ...workload, batch: PEER_BATCH };
  },
};

const ofGemm: Floor = { kind: "fraction", of: "gemm", least: 0.75 };

const floors: Readonly<Record<Pass, readonly Floor[]>> = {
  forward: [ofGemm, { kind: "times", against: "jax-js-webgpu", least: 15 }],
  input: [ofGemm],
  weight: [ofGemm, { kind: "times", against: "tfjs-webgpu", least: 100 }],
};
