import assert from "node:assert/strict";
import { judge } from "../../lib/study/expectation.ts";
import parameterLandscape from "../../lib/studies/parameter_landscape/experiment.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { seriesOf } from "../support/recorded_series.ts";

testGpu(
  "parameter-landscape holds at a small size, and fails where lines bend one way",
  async (gpu) => {
    const config = parameterLandscape.presets.smoke;
    const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
    await parameterLandscape.run(ctx);
    const { results, rows } = ctx;
    const missed = (
      rows: readonly string[],
      results: Record<string, unknown>,
    ) =>
      judge(parameterLandscape, {
        ...{ config, results, seed: 0, replicas: 1 },
        series: seriesOf(rows),
      }).filter(({ holds }) => !holds).map(({ name }) => name);
    assert.deepEqual(missed(rows, results), []);
    assert.equal(seriesOf(rows)("line.t").length, 65);
    assert.deepEqual(seriesOf(rows)("line.t").at(-1), { step: 64, value: 4 });

    // Squares are convex.
    const convex = rows.map((row) =>
      row.replace(
        /^(line\.(?:ramp|product) (\d+)) .*/,
        (_, start, step) => `${start} ${Number(step) ** 2}`,
      )
    );
    const found = (results.randomLines as Record<string, number>[])
      .map((row) => ({ ...row, neither: 7, "largest error": 1e-4 }));
    assert.deepEqual(missed(convex, { randomLines: found }), [
      "ramp",
      "one unit",
      "random lines",
      "GPU against float64",
    ]);
  },
);
