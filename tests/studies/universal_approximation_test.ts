import assert from "node:assert/strict";
import { curves } from "../../lib/data/curves.ts";
import { interpolatingNetwork } from "../../lib/math/interpolation.ts";
import { outputAt } from "../../lib/math/relu_network.ts";
import { judge } from "../../lib/study/expectation.ts";
import universalApproximation from "../../lib/studies/universal_approximation/experiment.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { seriesOf } from "../support/recorded_series.ts";

const config = universalApproximation.presets.smoke;

testGpu(
  "universal-approximation: wider networks exist that SGD does not find",
  async (gpu) => {
    const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
    await universalApproximation.run(ctx);
    const run = { config, results: {}, seed: 0, replicas: 1 };
    const series = seriesOf(ctx.rows);
    const judged = judge(universalApproximation, { ...run, series });
    assert.deepEqual(judged.filter(({ holds }) => !holds), []);
    assert.deepEqual(
      judged.map(({ name }) => name),
      ["existence", "rate", "more units help", "gap", "seeds", "kinks move"],
    );
    const swapped = ctx.rows.map((row) =>
      row.replace(
        /^(constructed|trained)/,
        (name) => name === "trained" ? "constructed" : "trained",
      )
    );
    const wrong = judge(universalApproximation, {
      ...run,
      series: seriesOf(swapped),
    });
    assert.equal(wrong.find(({ name }) => name === "gap")!.holds, false);
  },
);

Deno.test("interpolatingNetwork() meets the function at its knots and bends there alone", () => {
  for (const { at } of Object.values(curves)) {
    const network = interpolatingNetwork(at, { low: -1, high: 1, pieces: 8 });
    for (let i = 0; i <= 8; i++) {
      const x = -1 + i / 4;
      assert.ok(Math.abs(outputAt(network, x) - at(x)) < 1e-12, `${x}`);
      if (i === 8) continue;
      const middle = (at(x) + at(x + 0.25)) / 2;
      assert.ok(Math.abs(outputAt(network, x + 0.125) - middle) < 1e-12);
    }
  }
});
