/** The studies of costs: formulas against plans, at sizes small and printed. */
import assert from "node:assert/strict";
import {
  convolutionsOf,
  EXERCISE,
  moduleNames,
} from "../../lib/studies/inception_cost/sections/modules.ts";
import { PRINTED } from "../../lib/studies/inception_cost/sections/printed.ts";
import {
  comparisonTable,
  moduleTable,
} from "../../lib/studies/inception_cost/sections/tables.ts";
import {
  drawSetting,
  sweep,
} from "../../lib/studies/backprop_cost/sections/sweep.ts";
import { lineFit } from "../../lib/math/line_fit.ts";
import { correctedCost } from "../../lib/math/network_cost.ts";
import { Random } from "../../lib/math/random.ts";
import {
  convolutionCost,
  quantities,
  totalCost,
} from "../../lib/math/convolution_cost.ts";
import type { Experiment } from "../../lib/train/experiment.ts";
import { judge } from "../../lib/study/expectation.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import backpropCost from "../../lib/studies/backprop_cost/experiment.ts";
import { drawNetworks } from "../../lib/studies/backprop_cost/measure.ts";
import {
  countPlan as countStep,
  derive,
  stepPlan,
} from "../../lib/studies/backprop_cost/networks.ts";
import convolutionShapes from "../../lib/studies/convolution_shapes/experiment.ts";
import inceptionCost from "../../lib/studies/inception_cost/experiment.ts";
import {
  countPlan,
  modulePlans,
} from "../../lib/studies/inception_cost/modules.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { gpuTarget, subgroupTarget } from "../support/targets.ts";

/** Runs a preset's method with a small config and returns expectations that do not hold. */
async function missed(
  experiment: Experiment,
  gpu: Gpu,
  config: Record<string, unknown>,
): Promise<string[]> {
  const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
  await experiment.run(ctx);
  const judged = judge(experiment, {
    ...{ config, results: ctx.results, seed: 0, replicas: 1 },
    series: (name) => ctx.series(name).map((value, step) => ({ step, value })),
  });
  assert.ok(judged.length > 0);
  return judged.filter(({ holds }) => !holds)
    .map(({ name, measured }) => `${name}: ${measured}`);
}

Deno.test("inception-cost: formulas and plans give every printed cell", () => {
  const config = { ...EXERCISE, batch: 2, samples: 1, sampleMs: 1 };
  const setting = { config, replicas: 1 };
  for (const target of [subgroupTarget, gpuTarget]) {
    const plans = modulePlans({ ...setting, target });
    for (const name of moduleNames) {
      const derived = convolutionsOf(name, EXERCISE).map(convolutionCost);
      const counted = countPlan(plans[name], target);
      assert.deepEqual([...derived, totalCost(derived)], PRINTED[name]);
      assert.deepEqual(counted, derived);
    }
  }
});

Deno.test("inception-cost: the page's tables hold the printed numbers", () => {
  for (const name of moduleNames) {
    const cells = moduleTable(name).rows.map((row) => row.slice(2));
    const printed = PRINTED[name].map((cost) => quantities.map((q) => cost[q]));
    assert.deepEqual(cells, printed);
  }
  assert.deepEqual(comparisonTable().rows[3], [
    "activations",
    425_984,
    622_592,
    -196_608,
    "0.684",
  ]);
});

testGpu("inception-cost runs at a tiny size", async (gpu) => {
  const config = {
    ...{ image: 4, inputs: 8, channels: [4, 8, 4], bottleneck: 4 },
    ...{ batch: 3, samples: 1, sampleMs: 1 },
  };
  assert.deepEqual(await missed(inceptionCost, gpu, config), []);
});

Deno.test("backprop-cost: formulas and plans agree for 100 random networks", () => {
  for (const target of [subgroupTarget, gpuTarget]) {
    for (const setting of drawNetworks(50, 3)) {
      const counted = countStep(stepPlan(setting, target), target);
      assert.deepEqual(counted, derive(setting), JSON.stringify(setting));
    }
  }
});

Deno.test("networkCost() agrees with loops that count as they run", () => {
  const random = new Random(5);
  for (let i = 0; i < 50; i++) {
    const setting = drawSetting(random);
    const { parameters, kept, ...counts } = sweep(setting);
    const { forward, weightGradients, passedDown } = counts;
    assert.deepEqual(derive(setting), {
      ...{ forward, backward: weightGradients + passedDown },
      ...{ parameters, gradients: parameters, kept },
    });
    assert.equal(
      correctedCost(setting, setting.batch),
      forward + weightGradients + passedDown + counts.slopes + counts.errors,
    );
  }
});

Deno.test("lineFit() finds a line and how much it explains", () => {
  const x = [1, 2, 3, 4];
  assert.deepEqual(lineFit(x, [5, 7, 9, 11]), {
    ...{ slope: 2, intercept: 3, explained: 1 },
  });
  // By hand: Σ(x−x̄)(y−ȳ) = 3 and Σ(x−x̄)² = Σ(y−ȳ)² = 5.
  const { slope, intercept, explained } = lineFit(x, [2, 1, 4, 3]);
  assert.ok(Math.abs(slope - 0.6) < 1e-12 && Math.abs(intercept - 1) < 1e-12);
  assert.ok(Math.abs(explained - 0.36) < 1e-12);
  assert.throws(() => lineFit([1, 1], [1, 2]), RangeError);
  assert.throws(() => lineFit([1, 2], [1]), RangeError);
});

testGpu("backprop-cost runs at a tiny size", async (gpu) => {
  const config = {
    networks: 2,
    base: { inputs: 4, hidden: 1, units: 4, outputs: 4, batch: 4 },
    ...{ batches: [4, 8], depths: [1, 2], widths: [4, 8] },
    ...{ samples: 1, sampleMs: 1 },
  };
  assert.deepEqual(await missed(backpropCost, gpu, config), []);
});

testGpu(
  "convolution-shapes holds its expectations at a small size",
  async (gpu) => {
    const { smoke } = convolutionShapes.presets;
    assert.deepEqual(await missed(convolutionShapes, gpu, smoke), []);
  },
);
