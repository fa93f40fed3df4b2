import assert from "node:assert/strict";
import reluNetworks from "../../lib/studies/relu_networks/experiment.ts";
import { type Fitted, wave } from "../../lib/studies/relu_networks/fits.ts";
import {
  outputPlan,
  outputsOnGpu,
  readNetworks,
  writeNetworks,
} from "../../lib/studies/support/relu_networks.ts";
import { drawReluNetwork, outputsAt } from "../../lib/math/relu_network.ts";
import { Random } from "../../lib/math/random.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { missed, recordOf, seriesOf } from "../support/recorded_series.ts";

/** Names of expectations that do not hold. */
testGpu(
  "relu-networks holds at a small size, and fails on other counts",
  async (gpu) => {
    const config = reluNetworks.presets.smoke;
    const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
    await reluNetworks.run(ctx);
    const { results } = ctx;
    const run = recordOf(ctx);
    assert.deepEqual(missed(reluNetworks, run), []);
    assert.equal(run.series("kinks.trained", 7).length, 3);
    assert.equal(run.series("fit.best3").length, 81);

    const changed = (change: Partial<Fitted>) =>
      missed(reluNetworks, {
        ...run,
        results: {
          ...results,
          fits: (results.fits as Fitted[]).map((fit) => ({
            ...fit,
            ...change,
          })),
        },
      });
    assert.deepEqual(changed({ "most kinks seen": 40 }), [
      "at most k kinks",
      "far below the bound",
    ]);
    assert.deepEqual(changed({ "kinks after training": 16 }), [
      "as many as units, trained",
    ]);
    const sawtooths = (results.sawtooths as Record<string, number>[]).map((
      row,
    ) => ({
      ...row,
      "in the GPU's outputs": row["from the weights"]! - 1,
    }));
    const bent = ctx.rows.map((row) =>
      row.replace(/^(noBias.linear 3) .*/, "$1 7")
    );
    assert.deepEqual(
      missed(reluNetworks, {
        ...run,
        results: { ...results, sawtooths },
        series: seriesOf(bent),
      }),
      ["bound attained", "linear and convex"],
    );
  },
);

testGpu(
  "the networks of relu-networks go to the GPU and back",
  async (gpu) => {
    const network = drawReluNetwork(new Random(1), [2, 3, 4, 1])
      .map(({ weight, bias }) => ({
        weight: weight.map((row) => row.map(Math.fround)),
        bias: bias.map(Math.fround),
      }));
    const name = "network";
    const plan = outputPlan({ name, network, batch: 1, target: gpu.target });
    const program = await gpu.compile(plan);
    writeNetworks(program, [network]);
    assert.deepEqual(await readNetworks(program, [2, 3, 4, 1]), [network]);
    const x = Float32Array.of(0.5, -1);
    const [output] = await outputsOnGpu(program, {
      networks: [network],
      x,
    });
    const [expected] = outputsAt(network, [...x]);
    assert.ok(Math.abs(output! - expected!) < 1e-5, `${output}, ${expected}`);
    program.destroy();
  },
);

Deno.test("the target of relu-networks is a wave with as many kinks as it says", () => {
  for (const kinks of [1, 2, 7, 15]) {
    const step = 2 / (kinks + 1);
    const extremes = Array.from(
      { length: kinks + 2 },
      (_, i) => wave(i * step - 1, kinks),
    );
    extremes.forEach((y, i) =>
      assert.ok(Math.abs(y - (i % 2 ? 1 : -1)) < 1e-12, `${i}: ${y}`)
    );
    assert.ok(Math.abs(wave(step / 2 - 1, kinks)) < 1e-12);
  }
});
