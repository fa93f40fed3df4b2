/** Layers on a device that has neither subgroups nor 64-bit integers, against float64. */
import { add } from "../../lib/nn/layers/add.ts";
import { averagePool2d } from "../../lib/nn/layers/average_pool2d.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { concatenate } from "../../lib/nn/layers/concatenate.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { softmax } from "../../lib/nn/layers/softmax.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { assertMatchesOracle, type Case } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";

/** Rows of every kind: one lane's, eight lanes', a workgroup's that keeps them, and one that does not. */
const WIDTHS = [5, 8, 40, 300, 4096, 9001];

const CASES: Record<string, Omit<Case, "target">> = {
  "pooling": {
    model: sequential([9, 7, 8], [
      maxPool2d({ kernel: 3, stride: 2 }),
      averagePool2d({ kernel: 2, stride: 1 }),
    ]),
    loss: givenGradient(),
    batch: 3,
  },
  "batchNorm(), dropout() and relu()": {
    model: sequential([5, 3, 12], [
      batchNorm(),
      dropout({ probability: 0.3 }),
      relu(),
    ]),
    loss: meanSquaredError(),
    batch: 11,
  },
  "add() and concatenate()": {
    model: graph((g) => {
      const [x, y] = [g.input("x", [3, 8]), g.input("y", [3, 8])];
      return g.apply(concatenate(), x, g.apply(add(), x, y));
    }),
    loss: givenGradient(),
    batch: 7,
  },
  ...Object.fromEntries(
    WIDTHS.flatMap((width) =>
      [softmax, layerNorm].map((layer) => [
        `${layer.name}() of ${width}`,
        {
          model: sequential([width], [layer()]),
          loss: givenGradient(),
          batch: 7,
        },
      ])
    ),
  ),
  ...Object.fromEntries(WIDTHS.map((width) => [
    `cross-entropy of ${width}`,
    { model: sequential([width], [relu()]), loss: crossEntropy(), batch: 7 },
  ])),
};

for (const [name, given] of Object.entries(CASES)) {
  testGpu(`${name} need neither subgroups nor 64 bits`, async (gpu) => {
    const target = { ...gpu.target, subgroupSize: null, int64: false };
    await assertMatchesOracle(gpu, { ...given, replicas: 2, target });
  });
}
