/** The smoke presets of the studies of generalization, in this process. */
import assert from "node:assert/strict";
import doubleDescent from "../../scripts/experiments/double_descent.ts";
import implicitRegularization from "../../scripts/experiments/implicit_regularization.ts";
import {
  type Experiment,
  judge,
  type RunRecord,
} from "../../lib/train/experiment.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";

/** Runs the smoke preset and returns its record. */
async function smoke(experiment: Experiment, gpu: Gpu): Promise<RunRecord> {
  const config = experiment.presets.smoke;
  const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
  await experiment.run(ctx);
  return recordOf(ctx);
}

function recordOf(
  { config, seed, results, rows }: ReturnType<
    typeof fakeContext<Record<string, unknown>>
  >,
): RunRecord {
  const series = (name: string, replica = 0) =>
    rows.map((row) => row.split(" ")).filter(([series]) => series === name)
      .map(([, step, values]) => ({
        step: Number(step),
        value: Number(values!.split(",")[replica]),
      }));
  return { config, seed, replicas: 1, results, series };
}

/** The record with some series changed. */
function changed(
  record: RunRecord,
  change: (name: string, step: number, value: number) => number,
): RunRecord {
  return {
    ...record,
    series: (name, replica) =>
      record.series(name, replica).map(({ step, value }) => ({
        step,
        value: change(name, step, value),
      })),
  };
}

/** Names of expectations that do not hold. */
const missed = (experiment: Experiment, record: RunRecord) =>
  judge(experiment, record).filter(({ holds }) => !holds)
    .map(({ name }) => name);

testGpu("double-descent shows its direction at smoke size", async (gpu) => {
  const record = await smoke(doubleDescent, gpu);
  assert.deepEqual(missed(doubleDescent, record), []);
  assert.ok(judge(doubleDescent, record).length >= 3);
  assert.equal(record.results.optimalTestError, 0.3 ** 2);
  const widths = record.results.widths as Record<string, unknown>[];
  assert.deepEqual(widths.map(({ M }) => M), record.config.widths);

  // As many points as a logarithmic axis shows, of the widths in "curves" alone.
  const points = record.series("M22.loss").length;
  assert.ok(points > 40 && points <= 121, `${points}`);
  assert.equal(record.series("M22.N200.loss").length, 0);

  // A loss that only falls has no peak, one that rises no second descent.
  const falling = changed(
    record,
    (name, M, value) => name === "final.test.loss" ? 1 / M : value,
  );
  assert.ok(missed(doubleDescent, falling).includes("peak"));
  const untrained = changed(
    record,
    (name, _, value) => name === "final.train.loss" ? 0.01 : value,
  );
  assert.deepEqual(missed(doubleDescent, untrained), ["interpolation"]);
  const lost = changed(
    record,
    (name, _, value) => name === "more.test.loss" ? 5 * value : value,
  );
  assert.deepEqual(missed(doubleDescent, lost), ["more data helps"]);
});

testGpu(
  "implicit-regularization shows its direction at smoke size",
  async (gpu) => {
    const record = await smoke(implicitRegularization, gpu);
    assert.deepEqual(missed(implicitRegularization, record), []);
    const { arms, conclusion } = record.results as {
      arms: Record<string, number>[];
      conclusion: string;
    };
    assert.equal(arms.length, 3);
    assert.match(conclusion, /variation of the gradient is smaller/);
    assert.match(conclusion, /weight decay λ = 0.01/);

    const turned = changed(
      record,
      (name, step, value) =>
        name === "rate.variation" ? value * 1e9 ** step : value,
    );
    assert.deepEqual(missed(implicitRegularization, turned), [
      "smaller gradients",
      "flatter solutions",
    ]);
  },
);
