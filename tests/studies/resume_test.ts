/** Studies of several trainings: a run that goes on does no finished one again and ends in the same record. */
import assert from "node:assert/strict";
import type { Experiment } from "../../lib/train/experiment.ts";
import doubleDescent from "../../lib/studies/double_descent/experiment.ts";
import initialization from "../../lib/studies/initialization/experiment.ts";
import normalization from "../../lib/studies/normalization/experiment.ts";
import regularization from "../../lib/studies/regularization/experiment.ts";
import reluNetworks from "../../lib/studies/relu_networks/experiment.ts";
import vanishing from "../../lib/studies/vanishing_gradients/experiment.ts";
import { testGpu } from "../support/device.ts";
import type { Needs } from "../support/permissions.ts";
import { resumeEverywhere } from "../support/resume.ts";

/** Goes on from every n-th checkpoint of a run at a tiny size; the last of them holds these stages. */
function testResume(
  experiment: Experiment,
  { every, change, stages, needs }: {
    every: number;
    change: Record<string, unknown>;
    stages: readonly string[];
    /** Of the data that it reads. */
    needs?: Needs;
  },
): void {
  testGpu(`${experiment.id} does no finished part again`, async (gpu) => {
    const config = { ...experiment.presets.smoke, ...change };
    const found = await resumeEverywhere<Record<string, unknown>>(
      (ctx) => experiment.run(ctx),
      { config, gpu, every },
    );
    assert.equal(found.at(-1), stages.join(", "));
  }, needs);
}

testResume(doubleDescent, {
  every: 1,
  change: {
    ...{ teachers: 1, examples: 10, moreExamples: 12, testExamples: 20 },
    ...{ widths: [1, 2], curves: [2], moreDataWidths: [1], steps: 3 },
  },
  stages: ["M1", "M1.N12", "M2"],
});

testResume(initialization, {
  every: 2,
  change: {
    // Two networks are one value, where a round draws 87 of them.
    ...{ width: 2, depth: 2, networks: 261, sideBySide: 87 },
    ...{ hidden: 2, scalarNetworks: 2, milliVariances: [1, 2, 3] },
    zeroUpdates: 1,
  },
  stages: ["zero", "smoothness", "variance × 3"],
});

const kinds = ["sigmoid", "tanh", "relu", "residual"];

testResume(vanishing, {
  every: 5,
  change: {
    ...{ depths: [2, 3], width: 2, networks: 2 },
    ...{ trainedDepth: 3, trainedNetworks: 1, updates: 2, measurements: 2 },
  },
  stages: [
    ...kinds.flatMap((kind) => [`${kind}, 2 layers`, `${kind}, 3 layers`]),
    ...kinds.map((kind) => `${kind}, training`),
  ],
});

testResume(regularization, {
  needs: { read: true },
  every: 4,
  change: {
    ...{ seeds: 1, examples: 4, testExamples: 4, width: 2, batch: 2 },
    ...{ masks: 64, steps: 2, evaluateEvery: 1 },
  },
  stages: ["masks", "penalty", "none", "dropout", "l2", "both"],
});

testResume(normalization, {
  needs: { read: true },
  every: 3,
  change: {
    ...{ examples: 4, testExamples: 4, batch: 2, width: 2, networks: 1 },
    ...{ depth: 2, steps: 2, evaluateEvery: 1, companyBatches: 2 },
  },
  stages: ["kernels", "none", "batch", "layer"],
});

testResume(reluNetworks, {
  every: 3,
  change: {
    ...{ units: 2, hiddenLayers: [1, 2], networks: 2, targetKinks: 1 },
    ...{ points: 4, steps: 2 },
  },
  stages: ["given", "training, 1 × 2", "training, 2 × 1"],
});
