/** Layers that only move numbers: flattening and concatenation. */
import assert from "node:assert/strict";
import { concatenate } from "../../lib/nn/layers/concatenate.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { flatten, flattenedLast } from "../../lib/nn/layers/flatten.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { assertMatchesOracle, underGradient } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { testSizes } from "../support/sizes.ts";
import { subgroupTarget } from "../support/targets.ts";

testSizes(
  "flatten()",
  [[1, 1, 1, 1], [3, 5, 2, 3], [2, 9, 8, 7]],
  (batch, height, width, channels) =>
    underGradient(
      sequential([height!, width!, channels!], [
        relu(),
        flatten(),
        dense({ units: 3 }),
      ]),
      batch!,
    ),
);

testGpu(
  "flatten() copies where its input or output is to be read",
  async (gpu) => {
    await assertMatchesOracle(
      gpu,
      underGradient(sequential([2, 3, 2], [flatten()]), 3),
    );
    await assertMatchesOracle(
      gpu,
      underGradient(sequential([2, 3, 2], [flatten(), dense({ units: 3 })]), 3),
    );
    await assertMatchesOracle(gpu, {
      ...underGradient(sequential([2, 3, 2], [relu(), flatten()]), 3),
      replicas: 2,
    });
  },
);

testGpu("flatten() adds to a gradient that is there already", async (gpu) => {
  const model = graph((g) => {
    const y = g.apply(relu(), g.input("x", [2, 3, 2]));
    const first = g.apply(dense({ units: 4 }), g.apply(flatten(), y));
    const pooled = g.apply(maxPool2d({ kernel: 2 }), y);
    const second = g.apply(dense({ units: 4 }), g.apply(flatten(), pooled));
    const third = g.apply(flatten(), y);
    return g.apply(concatenate(), first, second, third);
  });
  await assertMatchesOracle(gpu, { ...underGradient(model, 3), replicas: 2 });
});

Deno.test("flatten() takes no dispatch and no memory", () => {
  const labels = (layers: Layer[]) => {
    const { dispatches, buffers } = buildPlan({
      name: "flat",
      model: sequential([4, 4, 2], [maxPool2d({ kernel: 2 }), ...layers]),
      loss: givenGradient(),
      batch: 2,
      gradients: true,
      inputGradients: true,
      target: subgroupTarget,
    });
    return { dispatches: dispatches.map(({ label }) => label), buffers };
  };
  assert.deepEqual(labels([flatten(), flatten()]), labels([]));
});

Deno.test("flattenedLast() orders PyTorch's weights as our features", () => {
  const [height, width, channels] = [2, 3, 4];
  const torch = (c: number, h: number, w: number) =>
    (c * height + h) * width + w;
  const weight = Float32Array.from({ length: 2 * 24 }, (_, i) => i);
  const ours = flattenedLast(weight, [height, width, channels]);
  for (let unit = 0; unit < 2; unit++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        for (let c = 0; c < channels; c++) {
          const at = unit * 24 + (h * width + w) * channels + c;
          assert.equal(ours[at], unit * 24 + torch(c, h, w));
        }
      }
    }
  }
  assert.throws(
    () => flattenedLast(new Float32Array(25), [2, 3, 4]),
    /permute 25 weights: images of shape \[2,3,4\] have 24/,
  );
});

const branches = (shape: number[], widths: number[]) =>
  graph((g) => {
    const inputs = widths.map((width, i) =>
      g.input(`x${i}`, [...shape, width])
    );
    return g.apply(concatenate(), ...inputs);
  });

testSizes(
  "concatenate()",
  [
    [1, 1, 1, 1],
    [3, 5, 2, 7],
    [2, 130, 4, 3],
  ],
  (batch, rows, left, right) =>
    underGradient(branches([rows!, 2], [left!, right!, 1]), batch!),
);

testGpu("concatenate() takes one node twice", async (gpu) => {
  const model = graph((g) => {
    const y = g.apply(relu(), g.input("x", [2, 3]));
    return g.apply(concatenate(), y, g.apply(relu(), y), y);
  });
  await assertMatchesOracle(gpu, { ...underGradient(model, 5), replicas: 2 });
});
