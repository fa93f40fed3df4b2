/** Rows of workgroups longer than a device allows are folded into y: forced here by a small limit. */
import assert from "node:assert/strict";
import { add } from "../../lib/nn/add.ts";
import { averagePool2d } from "../../lib/nn/average_pool2d.ts";
import { batchNorm } from "../../lib/nn/batch_norm.ts";
import { concatenate } from "../../lib/nn/concatenate.ts";
import { crossEntropy } from "../../lib/nn/cross_entropy.ts";
import { dropout } from "../../lib/nn/dropout.ts";
import { flatten } from "../../lib/nn/flatten.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/half_squared_norm.ts";
import { layerNorm } from "../../lib/nn/layer_norm.ts";
import { maxPool2d } from "../../lib/nn/max_pool2d.ts";
import { relu } from "../../lib/nn/relu.ts";
import { softmax } from "../../lib/nn/softmax.ts";
import { meanSquaredError } from "../../lib/nn/squared_error.ts";
import { assertMatchesOracle, type Case } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";

const CASES: Record<string, Omit<Case, "target"> & { groups: number }> = {
  "softmax cross-entropy": {
    model: sequential([2], [relu()]),
    loss: crossEntropy(),
    batch: 200,
    groups: 2,
  },
  "mean squared error and relu()": {
    model: sequential([7], [relu()]),
    loss: meanSquaredError(),
    batch: 130,
    replicas: 3,
    groups: 4,
  },
  "half squared norm and add()": {
    model: graph((g) => g.apply(add(), g.input("a", [7]), g.input("b", [7]))),
    loss: halfSquaredNorm(),
    batch: 130,
    replicas: 3,
    groups: 4,
  },
  "pooling": {
    model: sequential([9, 8, 5], [
      maxPool2d({ kernel: 2, stride: 1 }),
      averagePool2d({ kernel: 2 }),
    ]),
    loss: halfSquaredNorm(),
    batch: 4,
    replicas: 3,
    groups: 7,
  },
  "normalization and dropout": {
    model: sequential([70], [
      layerNorm(),
      dropout({ probability: 0.5 }),
      batchNorm(),
      softmax(),
    ]),
    loss: meanSquaredError(),
    batch: 70,
    replicas: 3,
    groups: 9,
  },
  "concatenate() and flatten()": {
    model: graph((g) => {
      const x = g.input("x", [5, 4]);
      return g.apply(flatten(), g.apply(concatenate(), x, x));
    }),
    loss: halfSquaredNorm(),
    batch: 40,
    replicas: 3,
    groups: 7,
  },
};

for (const [name, { groups, ...given }] of Object.entries(CASES)) {
  testGpu(`${name} reach every number when folded`, async (gpu) => {
    const target = { ...gpu.target, maxWorkgroups: groups };
    const { plan } = await assertMatchesOracle(gpu, { ...given, target });
    assert.ok(plan.dispatches.some(({ grid }) => grid[1] > 1));
  });
}
