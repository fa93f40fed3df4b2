/** Test loss against the width of a network, for 100 noisy examples and for 200. Minutes on a software adapter. */
import { buildPlan } from "../../nn/plan.ts";
import { meanSquaredError } from "../../nn/losses/squared_error.ts";
import { adam } from "../../nn/optimizers/adam.ts";
import type { Plan } from "../../core/plan.ts";
import { defineStudy } from "../../train/experiment.ts";
import { expectations } from "./expect.ts";
import { doubleDescent } from "./study.ts";
import { LAYERS, sweep, testName, trainingName } from "./sweep.ts";
import { student } from "../support/teachers.ts";

export default defineStudy({
  ...doubleDescent,
  // The teachers are the replicas.
  maxReplicas: 1,
  plans({ config, target }) {
    const plans: Record<string, Plan> = {};
    const { examples, moreExamples, testExamples } = config;
    for (const width of config.widths) {
      const common = {
        model: student({ width, layers: LAYERS }),
        loss: meanSquaredError(),
        replicas: config.teachers,
        ownData: true,
        target,
      };
      const counts = config.moreDataWidths.includes(width)
        ? [examples, moreExamples]
        : [examples];
      for (const batch of counts) {
        const name = trainingName(width, batch);
        plans[name] = buildPlan({ name, ...common, optimizer: adam(), batch });
      }
      const name = testName(width);
      const batch = Math.min(500, testExamples);
      plans[name] = buildPlan({ name, ...common, gradients: false, batch });
    }
    return plans;
  },
  steps({ config: { widths, examples, moreExamples, moreDataWidths, steps } }) {
    const names = [
      ...widths.map((width) => trainingName(width, examples)),
      ...moreDataWidths.map((width) => trainingName(width, moreExamples)),
    ];
    return Object.fromEntries(names.map((name) => [name, steps]));
  },
  run: sweep,
  expect: expectations,
});
