/** Rows of workgroups longer than a device allows are folded into y: forced here by a small limit. */
import assert from "node:assert/strict";
import { add } from "../../lib/nn/layers/add.ts";
import { averagePool2d } from "../../lib/nn/layers/average_pool2d.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { concatenate } from "../../lib/nn/layers/concatenate.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { softmax } from "../../lib/nn/layers/softmax.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { assertMatchesOracle, type Case } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";

/** A case, the longest row of workgroups, and what must then be folded. */
type Folded = Omit<Case, "target"> & { groups: number; folds: string[] };

const CASES: Record<string, Folded> = {
  "cross-entropy": {
    model: sequential([31], [relu()]),
    loss: crossEntropy(),
    batch: 800,
    groups: 5,
    folds: [
      "relu1 forward",
      "cross-entropy forward",
      "cross-entropy backward",
      "relu1 backward",
    ],
  },
  "mean squared error and relu()": {
    model: sequential([7], [relu()]),
    loss: meanSquaredError(),
    batch: 1300,
    replicas: 3,
    groups: 6,
    folds: [
      "relu1 forward, copies of x",
      "relu1 forward",
      "mean squared error backward",
      "relu1 backward",
    ],
  },
  "half squared norm and add()": {
    model: graph((g) => g.apply(add(), g.input("a", [7]), g.input("b", [7]))),
    loss: halfSquaredNorm(),
    batch: 1300,
    replicas: 3,
    groups: 6,
    folds: [
      "add1 forward, copies of a",
      "add1 forward",
      "half squared norm backward",
      "add1 backward a",
      "add1 backward b",
    ],
  },
  "pooling": {
    model: sequential([9, 8, 5], [
      maxPool2d({ kernel: 2, stride: 1 }),
      averagePool2d({ kernel: 2 }),
    ]),
    loss: halfSquaredNorm(),
    batch: 15,
    groups: 9,
    replicas: 2,
    folds: [
      "maxPool2d1 forward",
      "averagePool2d1 forward",
      "averagePool2d1 backward",
      "maxPool2d1 backward",
    ],
  },
  "batchNorm()": {
    model: sequential([402], [batchNorm()]),
    // The gradient of a squared norm would cancel.
    loss: meanSquaredError(),
    batch: 64,
    replicas: 2,
    groups: 6,
    folds: [
      "batchNorm1 statistics, parts",
      "batchNorm1 statistics",
      "batchNorm1 forward",
      "batchNorm1 backward, parts",
      "batchNorm1 backward, totals",
      "batchNorm1 backward input",
    ],
  },
  "layerNorm()": {
    model: sequential([254], [layerNorm()]),
    // The gradient of a squared norm would cancel.
    loss: meanSquaredError(),
    batch: 34,
    replicas: 2,
    groups: 3,
    folds: [
      "layerNorm1 forward",
      "layerNorm1 backward input",
      "layerNorm1 backward, parts",
    ],
  },
  "softmax() and dropout()": {
    model: sequential([70], [dropout({ probability: 0.5 }), softmax()]),
    loss: meanSquaredError(),
    batch: 70,
    replicas: 3,
    groups: 4,
    folds: [
      "dropout1 forward",
      "softmax1 forward",
      "softmax1 backward",
      "dropout1 backward",
    ],
  },
  "concatenate() and flatten()": {
    model: graph((g) => {
      const x = g.input("x", [5, 4]);
      const y = g.input("y", [5, 3]);
      return g.apply(flatten(), g.apply(concatenate(), x, y));
    }),
    loss: halfSquaredNorm(),
    batch: 150,
    replicas: 3,
    groups: 6,
    folds: [
      "concatenate1 forward 1",
      "concatenate1 forward 2",
      "flatten1 forward",
      "concatenate1 backward 1",
      "concatenate1 backward 2",
    ],
  },
};

for (const [name, { groups, folds, ...given }] of Object.entries(CASES)) {
  testGpu(`${name} reach every number when folded`, async (gpu) => {
    const target = { ...gpu.target, maxWorkgroups: groups };
    const { plan } = await assertMatchesOracle(gpu, { ...given, target });
    const folded = plan.dispatches.filter(({ grid }) => grid[1] > 1)
      .map(({ label }) => label);
    for (const label of folds) assert.ok(folded.includes(label), label);
  });
}
