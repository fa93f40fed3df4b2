/** The smoke presets of the studies of generalization, in this process. */
import assert from "node:assert/strict";
import doubleDescent from "../../lib/studies/double_descent/experiment.ts";
import implicitRegularization from "../../lib/studies/implicit_regularization/experiment.ts";
import { judge } from "../../lib/study/expectation.ts";
import { testGpu } from "../support/device.ts";
import { changed, missed, smokeRecord } from "../support/recorded_series.ts";

testGpu("double-descent shows its direction at smoke size", async (gpu) => {
  const record = await smokeRecord(doubleDescent, gpu);
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
    (name, value, M) => name === "final.test.loss" ? 1 / M : value,
  );
  assert.ok(missed(doubleDescent, falling).includes("peak"));
  const untrained = changed(
    record,
    (name, value) => name === "final.train.loss" ? 0.01 : value,
  );
  assert.deepEqual(missed(doubleDescent, untrained), ["interpolation"]);
  const lost = changed(
    record,
    (name, value) => name === "more.test.loss" ? 5 * value : value,
  );
  assert.deepEqual(missed(doubleDescent, lost), ["more data helps"]);
});

testGpu(
  "implicit-regularization shows its direction at smoke size",
  async (gpu) => {
    const record = await smokeRecord(implicitRegularization, gpu);
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
      (name, value, step) =>
        name === "rate.variation" ? value * 1e9 ** step : value,
    );
    assert.deepEqual(missed(implicitRegularization, turned), [
      "smaller gradients",
      "flatter solutions",
    ]);
  },
);
