import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { matrix } from "../../lib/study/derivation/algebra.ts";
import { differentiate } from "../../lib/studies/vanishing_gradients/sections/networks.ts";
import { initialParameters } from "../../lib/nn/plan.ts";
import { judge } from "../../lib/study/expectation.ts";
import vanishing from "../../lib/studies/vanishing_gradients/experiment.ts";
import {
  activationLabel,
  deepModel,
  gradientPlan,
  type Kind,
  kinds,
  outputGradients,
} from "../../lib/studies/vanishing_gradients/networks.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";

const config = {
  ...{ depths: [2, 5], width: 12, networks: 4, shrink: 0.001, shift: 12 },
  ...{ trainedDepth: 6, trainedNetworks: 1, updates: 64, measurements: 2 },
  learningRate: 0.02,
};

testGpu(
  "vanishing-gradients holds its expectations at a small size",
  async (gpu) => {
    const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
    await vanishing.run(ctx);
    const judged = judge(vanishing, {
      ...{ config, results: ctx.results, seed: 0, replicas: 1 },
      series: () => [],
    });
    assert.deepEqual(judged.filter(({ holds }) => !holds), []);
    const measured = ctx.rows.filter((row) => row.startsWith("heat.relu.1 "));
    assert.deepEqual(
      measured.map((row) => Number(row.split(" ")[1])),
      [0, 32, 63],
    );
  },
);

testGpu(
  "outputGradients() gives the norms of the output's gradients in float64",
  async (gpu) => {
    const [depth, width] = [4, 5];
    const model = deepModel({ kind: "sigmoid", depth, width });
    const values = initialParameters(model, new TorchRandom(3));
    const x = new TorchRandom(4).randn(width);
    const plan = gradientPlan(model, {
      ...{ name: "test", replicas: 1 },
      target: gpu.target,
    });
    const program = await gpu.compile(plan);
    for (const [label, data] of Object.entries(values)) {
      program.write(label, data);
    }
    const found = await outputGradients(program, { x, depth });
    program.destroy();
    const layers = Array.from({ length: depth }, (_, i) => {
      const units = i < depth - 1 ? width : 1;
      return {
        A: matrix(units, width, values[`dense${i + 1}.weight`]!),
        b: matrix(units, 1, values[`dense${i + 1}.bias`]!),
      };
    });
    const norm = (data: Float64Array) => Math.hypot(...data);
    differentiate({ x: matrix(width, 1, x), layers }).forEach(
      ({ dA, db }, i) => {
        const near = (actual: number, expected: number) =>
          // The target y − 1 rounds, so that the slope is 1 to 2⁻²⁴ of y.
          assert.ok(Math.abs(actual / expected - 1) < 1e-5, `layer ${i + 1}`);
        near(found[i]!.weight[0]!, norm(dA.data));
        near(found[i]!.bias[0]!, norm(db.data));
      },
    );
  },
);

Deno.test("deepModel() has as many affine layers as asked for, and named activations", () => {
  for (const kind of kinds) {
    const { nodes, output } = deepModel({ kind, depth: 5, width: 3 });
    const labels = nodes.map(({ label }) => label);
    assert.equal(labels.filter((l) => l.startsWith("dense")).length, 5);
    assert.ok(labels.includes(activationLabel(kind, 4)));
    assert.equal(labels.includes("add4"), kind === "residual");
    assert.deepEqual(output.shape, [1]);
  }
});

Deno.test("vanishing-gradients' expectations fail where gradients do not behave", () => {
  const layer = (kind: Kind, perLayer: number) => ({
    kind,
    depth: 8,
    perLayer,
  });
  const up = { sigmoid: 1, relu: 1e4 };
  const base = {
    firstOverLast: [
      layer("sigmoid", 0.2),
      layer("tanh", 0.8),
      layer("relu", 0.9),
      layer("residual", 1.1),
    ],
    interventions: (["sigmoid", "relu"] as const).flatMap((kind) => [
      { kind, change: "small", least: 0.001, most: 0.001 },
      { kind, change: "up", least: 1e-5 * up[kind], most: 1e-4 * up[kind] },
      { kind, change: "down", least: 0, most: kind === "relu" ? 0 : 1e-4 },
    ]),
    trained: kinds.map((kind) => ({
      ...{ kind, constantLoss: 2 },
      lastLoss: kind === "sigmoid" ? 2 : 0.1,
    })),
  };
  const missed = (results: Record<string, unknown>) =>
    judge(vanishing, {
      ...{ config, results, seed: 0, replicas: 1 },
      series: () => [],
    }).filter(({ holds }) => !holds).length;
  assert.equal(missed(base), 0);
  const all = base.firstOverLast;
  const flat = all.map(({ kind }) => layer(kind, kind === "sigmoid" ? 1 : 0.1));
  assert.equal(missed({ ...base, firstOverLast: flat }), 4);
  const same = base.interventions.map((one) => ({ ...one, least: 0, most: 1 }));
  assert.equal(missed({ ...base, interventions: same }), 3);
  const learnt = base.trained.map((one) => ({ ...one, lastLoss: 1.5 }));
  assert.equal(missed({ ...base, trained: learnt }), 2);
});
