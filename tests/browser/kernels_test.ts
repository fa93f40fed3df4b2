/**
 * Chromium's WGSL compiler is stricter than Deno's: it wants proof that all
 * invocations of a workgroup meet at a barrier.
 */
import assert from "node:assert/strict";
import type { Plan } from "../../lib/core/plan.ts";
import { conv2d } from "../../lib/nn/layers/conv.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
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
