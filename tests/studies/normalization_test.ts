/** The study of normalization at a small size, in this process. */
import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import { judge } from "../../lib/study/expectation.ts";
import normalization from "../../lib/studies/normalization/experiment.ts";
import {
  deepModel,
  kinds,
  preActivation,
} from "../../lib/studies/normalization/networks.ts";
import vectors from "../../lib/studies/normalization/torch_vectors.json" with {
  type: "json",
};
import bytes from "../fixtures/layers.safetensors" with { type: "bytes" };
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";

const config = {
  ...normalization.presets.smoke,
  ...{ examples: 200, testExamples: 100, batch: 20, width: 12, networks: 1 },
  ...{ steps: 80, evaluateEvery: 80, learningRate: 1, companyBatches: 3 },
};

type Results = Record<string, unknown>;

/** Names of expectations that do not hold. */
const missed = (results: Results, steps = config.steps) =>
  judge(normalization, {
    ...{ config: { ...config, steps }, results, seed: 0, replicas: 1 },
    series: () => [],
  }).filter(({ holds }) => !holds).map(({ name }) => name);

testGpu("normalization holds its expectations at a small size", async (gpu) => {
  const ctx = fakeContext<Results>({ config, gpu });
  await normalization.run(ctx);
  assert.deepEqual(missed(ctx.results), []);
  for (const kind of kinds) {
    // Six hidden layers and the output's.
    const layers = (name: string) => ctx.series(`${name}.${kind}`).length;
    assert.equal(layers("gradient.first"), 7);
    assert.equal(layers("gradient.last"), 7);
    assert.equal(layers("difference"), 6);
    assert.equal(ctx.series(`${kind}.test.accuracy`).length, 2);
  }
  assert.ok(ctx.series("company.batch").every((spread) => spread > 0));
}, { read: true });

Deno.test("normalization's expectations fail where normalization does not do what it should", () => {
  const trained = (kind: string, numbers: number[]) => {
    const [trainingLoss, testAccuracy, firstOverLast, difference] = numbers;
    return { kind, trainingLoss, testAccuracy, firstOverLast, difference };
  };
  const base = {
    gradients: [{ reverse: 1e-6, central: 1e-6 }],
    PyTorch: Array.from({ length: 11 }, () => ({ error: 1e-7 })),
    trained: [
      trained("none", [2.3, 0.1, 0.002, 1e-3]),
      trained("batch", [0.1, 0.9, 4, 1]),
      trained("layer", [0.7, 0.7, 0.04, 0.1]),
    ],
    spreads: [
      { arm: "batch", batch: 2, spread: 1 },
      { arm: "batch", batch: 16, spread: 0.3 },
      { arm: "evaluation", batch: 2, spread: 0 },
      { arm: "layer", batch: 2, spread: 0 },
    ],
  };
  assert.deepEqual(missed(base, 2000), []);
  const wrong = {
    gradients: [{ reverse: 1e-6, central: 1e-3 }],
    PyTorch: base.PyTorch.slice(1),
    trained: [
      trained("none", [1, 0.5, 0.5, 0.2]),
      trained("batch", [2, 0.5, 0.5, 0.9]),
      trained("layer", [1, 0.5, 0.5, 0.1]),
    ],
    spreads: base.spreads.map((one) => ({ ...one, spread: 1e-6 })),
  };
  const all = judge(normalization, {
    ...{ config: { ...config, steps: 2000 }, results: base, seed: 0 },
    ...{ replicas: 1, series: () => [] },
  }).map(({ name }) => name);
  assert.deepEqual(missed(wrong, 2000), all);
});

Deno.test("deepModel() normalizes in front of every sigmoid, and biases what batch normalization does not take out", () => {
  const sizes = { features: 5, depth: 3, width: 4, classes: 2 };
  for (const kind of kinds) {
    const { nodes, parameters } = deepModel(kind, sizes);
    const labels = nodes.map(({ label }) => label);
    for (const layer of [1, 2, 3]) {
      const sigmoid = nodes.find(({ label }) => label === `sigmoid${layer}`)!;
      assert.equal(sigmoid.inputs[0]!.label, preActivation(kind, layer));
    }
    assert.equal(labels.length, kind === "none" ? 7 : 10);
    const biases = parameters.filter(({ label }) =>
      /^dense\d\.bias$/.test(label)
    );
    assert.equal(biases.length, kind === "batch" ? 1 : 4);
  }
});

Deno.test("the study's PyTorch vectors are those of the fixtures", () => {
  const { tensors } = decodeSafetensors(bytes);
  for (const [layer, parts] of Object.entries(vectors)) {
    const { examples, features, ...rest } = parts;
    assert.deepEqual(tensors[`${layer}/x`]!.shape, [examples, features]);
    for (const [name, data] of Object.entries(rest)) {
      const stored = tensors[`${layer}/${name}`]!.data as Float32Array;
      assert.deepEqual(Float32Array.from(data as number[]), stored, name);
    }
  }
});
