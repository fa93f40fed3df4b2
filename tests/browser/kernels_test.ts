/**
 * Chromium's WGSL compiler is stricter than Deno's: it wants proof that all
 * invocations of a workgroup meet at a barrier.
 */
import assert from "node:assert/strict";
import type { Plan } from "../../lib/core/plan.ts";
import { averagePool2d } from "../../lib/nn/layers/average_pool2d.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { concatenate } from "../../lib/nn/layers/concatenate.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { softmax } from "../../lib/nn/layers/softmax.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { conv2d } from "../../lib/nn/layers/conv.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { TILES } from "../../lib/nn/planner/lower/tiles.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { withPage } from "../support/browser.ts";
import { gpuTarget } from "../support/targets.ts";
import { forced } from "../support/tiles.ts";
import { browserTest } from "./site.ts";

const SOFTWARE = [
  "--enable-unsafe-webgpu",
  "--use-webgpu-adapter=swiftshader",
];

/** Forward, both gradients and an update, with wide loads and without. */
function plans(): Plan[] {
  const { tile } = TILES.findLast(({ tile }) => tile.engine === "workgroup")!;
  return [[8, 12], [5, 7]].flatMap(([inputs, units]) =>
    [
      sequential([inputs!], [dense({ units: units! })]),
      sequential([6, 6, inputs!], [conv2d({ channels: units!, kernel: 3 })]),
    ].map((model) =>
      buildPlan({
        name: "workgroup engine",
        model,
        loss: halfSquaredNorm(),
        optimizer: sgd(),
        inputGradients: true,
        batch: 4,
        target: forced(gpuTarget, tile),
      })
    )
  );
}

browserTest(
  "Chromium compiles the kernels of the workgroup engine",
  async (_, { url }) => {
    const kernels = plans().flatMap(({ dispatches }) =>
      dispatches.filter(({ choice }) => choice).map(({ kernel }) => kernel)
    );
    assert.equal(kernels.length, 12);
    await withPage({ url, args: SOFTWARE }, async (page) => {
      const complaints = await page.evaluate(compile, kernels);
      assert.deepEqual(complaints, []);
    });
  },
);

/** Training with every layer that has kernels of its own, without subgroups. */
function layerPlan(): Plan {
  return buildPlan({
    name: "every layer",
    model: graph((g) => {
      const x = g.input("x", [8, 8, 3]);
      const y = g.apply(batchNorm(), g.apply(relu(), x));
      const pooled = [maxPool2d({ kernel: 2 }), averagePool2d({ kernel: 2 })]
        .map((layer) => g.apply(layer, y));
      const joined = g.apply(concatenate(), pooled[0]!, pooled[1]!);
      const flat = g.apply(flatten(), g.apply(layerNorm(), joined));
      const kept = g.apply(dropout({ probability: 0.5 }), flat);
      return g.apply(softmax(), g.apply(dense({ units: 5 }), kept));
    }),
    loss: crossEntropy(),
    optimizer: adam(),
    clipNorm: 1,
    gradientNorm: true,
    inputGradients: true,
    batch: 4,
    target: gpuTarget,
  });
}

browserTest(
  "Chromium compiles the kernels of every layer, clipping and Adam",
  async (_, { url }) => {
    const kernels = layerPlan().dispatches.map(({ kernel }) => kernel);
    const files = new Set(kernels.map(({ file }) => file));
    for (
      const file of ["max_pool2d", "average_pool2d", "softmax", "dropout"]
        .concat("concatenate", "gradient_norm", "batch_norm", "layer_norm")
    ) assert.ok(files.has(`${file}.wgsl`), [...files].join());
    await withPage({ url, args: SOFTWARE }, async (page) => {
      assert.deepEqual(await page.evaluate(compile, kernels), []);
    });
  },
);

/** Runs in the page: the errors of every kernel. */
async function compile(
  kernels: { variant: string; code: string }[],
): Promise<string[]> {
  const adapter = await navigator.gpu.requestAdapter();
  if (!adapter) return ["Chromium has no WebGPU adapter"];
  const device = await adapter.requestDevice();
  const errors: string[] = [];
  for (const { variant, code } of kernels) {
    const module = device.createShaderModule({ code });
    const { messages } = await module.getCompilationInfo();
    for (const { type, lineNum, message } of messages) {
      if (type === "error") errors.push(`${variant}:${lineNum} ${message}`);
    }
  }
  return errors;
}
