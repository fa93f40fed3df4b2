/**
 * Every layer and loss against the float64 oracle: the smallest size, an odd one
 * that no tile divides, and one beyond every tile and workgroup; one replica and
 * three, with data shared between them and with data of their own.
 */
import assert from "node:assert/strict";
import { add } from "../../lib/nn/layers/add.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import {
  halfSquaredError,
  meanSquaredError,
} from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { assertMatchesOracle } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { testSizes } from "../support/sizes.ts";

// Batch × features × units.
testSizes(
  "dense()",
  [[1, 1, 1], [5, 7, 3], [33, 20, 17], [130, 65, 132]],
  (batch, features, units) => ({
    model: sequential([features!], [dense({ units: units! })]),
    loss: givenGradient(),
    batch: batch!,
  }),
);

for (const [name, layer] of Object.entries({ relu, sigmoid, tanh })) {
  testSizes(`${name}()`, [[1, 1], [5, 7], [33, 67]], (batch, width) => ({
    model: sequential([width!], [layer()]),
    loss: givenGradient(),
    batch: batch!,
  }));
  testSizes(
    `dense() with ${name}() in its product`,
    [[1, 1, 1], [6, 5, 7], [65, 9, 36]],
    (batch, features, units) => ({
      model: sequential([features!], [
        dense({ units: units! }),
        layer(),
        dense({ units: 2 }),
      ]),
      loss: givenGradient(),
      batch: batch!,
    }),
  );
}

testSizes("add()", [[1, 1], [5, 7], [33, 67]], (batch, width) => ({
  model: graph((g) =>
    g.apply(add(), g.input("a", [width!]), g.input("b", [width!]))
  ),
  loss: givenGradient(),
  batch: batch!,
}));

for (
  const loss of [
    crossEntropy(),
    meanSquaredError(),
    halfSquaredError(),
    halfSquaredNorm(),
  ]
) {
  testSizes(
    loss.kind,
    [[1, 1, 1], [5, 2, 3], [130, 3, 10]],
    (batch, features, units) => ({
      model: sequential([features!], [dense({ units: units! })]),
      loss,
      batch: batch!,
    }),
  );
}

testGpu(
  "crossEntropy() counts the rows whose first maximum is the target",
  async (gpu) => {
    const { correct } = (await assertMatchesOracle(gpu, {
      model: sequential([3], [dense({ units: 5 })]),
      loss: crossEntropy(),
      batch: 70,
      replicas: 2,
    })).metrics;
    assert.equal(correct!.length, 2);
    assert.ok(correct![0]! > 0 && correct![0]! < 70, `${correct}`);
  },
);

for (const loss of [crossEntropy(), meanSquaredError()]) {
  testSizes(
    `${loss.kind} of many numbers`,
    // A row is a workgroup's; it has more numbers than the driver counts; a workgroup takes rows in turns.
    [[3, 1037], [2, 70_001], [1100, 67]],
    (batch, width) => ({
      model: sequential([width!], [relu()]),
      loss,
      batch: batch!,
    }),
  );
}
