import assert from "node:assert/strict";
import receptiveField from "../../lib/studies/receptive_field/experiment.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { missed, recordOf, seriesOf } from "../support/recorded_series.ts";

const config = receptiveField.presets.smoke;

testGpu(
  "receptive-field measures what it derives, at the border too",
  async (gpu) => {
    const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
    await receptiveField.run(ctx);
    const run = recordOf(ctx);
    const { series } = run;
    assert.deepEqual(missed(receptiveField, run), []);
    // A 16 × 16 field whose first six rows and columns lie in the padding.
    assert.equal(series("measured.y3")[0]!.value, 100);
    assert.equal(
      series("profile.y1").filter(({ value }) => value !== 0).length,
      5,
    );

    const wrong = ctx.rows.map((row) =>
      row.replace(/^wrong.y2 3 0/, "wrong.y2 3 1")
    );
    assert.equal(
      missed(receptiveField, { ...run, series: seriesOf(wrong) }).length,
      1,
    );
  },
);
