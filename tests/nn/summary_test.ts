/** What summarizePlan() counts, against formulas and tables written out here. */
import assert from "node:assert/strict";
import type { Plan } from "../../lib/core/plan.ts";
import {
  type LayerSummary,
  memoryKinds,
  type PlanSummary,
  stepWork,
} from "../../lib/core/plan_summary.ts";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { add } from "../../lib/nn/layers/add.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { type Graph, graph, sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { zeros } from "../../lib/nn/initializers.ts";
import { alexnetVariant } from "../../lib/nn/models/alexnet_variant.ts";
import { inceptionModule } from "../../lib/nn/models/inception.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import { summarizePlan } from "../../lib/nn/summary.ts";
import { buildUpdatePlan } from "../../lib/nn/planner/update_plan.ts";
import { plainTarget, subgroupTarget } from "../support/targets.ts";

function planOf(model: Graph, options: Partial<PlanOptions> = {}): Plan {
  return buildPlan({
    name: "test",
    model,
    loss: crossEntropy(),
    optimizer: sgd(),
    batch: 64,
    target: subgroupTarget,
    ...options,
  });
}

const summarize = (plan: Plan) => summarizePlan(plan, subgroupTarget);

const find = ({ layers }: PlanSummary, label: string): LayerSummary =>
  layers.find((layer) => layer.label === label)!;

const mlp = (...widths: number[]) =>
  sequential([widths[0]!], [
    ...widths.slice(1, -1).flatMap((units) => [dense({ units }), sigmoid()]),
    dense({ units: widths.at(-1)! }),
  ]);

/** A model with everything a summary tells apart. */
const mixed = () =>
  sequential([12], [
    dense({ units: 8 }),
    batchNorm(),
    relu(),
    dropout({ probability: 0.5 }),
    dense({ units: 4 }),
  ]);

const plans: Record<string, () => Plan> = {
  "an MLP": () => planOf(mlp(784, 128, 10)),
  "three replicas": () => planOf(mlp(784, 128, 10), { replicas: 3 }),
  "a clipped Adam": () =>
    planOf(mixed(), { optimizer: adam(), clipNorm: 1, gradientNorm: true }),
  "an evaluation": () =>
    planOf(mixed(), { optimizer: undefined, gradients: false }),
  "accumulation": () =>
    planOf(mixed(), { optimizer: undefined, accumulateGradients: true }),
  "the AlexNet variant": () => planOf(alexnetVariant()),
};

for (const [name, make] of Object.entries(plans)) {
  Deno.test(`summarizePlan() leaves nothing out of ${name}`, () => {
    const plan = make();
    const summary = summarize(plan);
    const sum = (of: (one: Plan["dispatches"][number]) => number) =>
      plan.dispatches.reduce((total, one) => total + of(one), 0);
    assert.deepEqual(stepWork(summary).all, {
      flops: sum(({ flops }) => flops),
      products: sum(({ products }) => products ?? 0),
      bytes: sum(({ bytes }) => bytes),
      dispatches: plan.dispatches.length,
    });
    const sizes = summary.layers.map(({ size }) => size);
    assert.equal(sizes.reduce((a, b) => a + b), plan.parameters);
    const memory = memoryKinds.map((kind) => summary.memory[kind]);
    assert.equal(
      memory.reduce((a, b) => a + b),
      plan.buffers.reduce((total, { bytes }) => total + bytes, 0),
    );
    assert.equal(
      summary.largest.bytes,
      Math.max(...plan.buffers.map(({ bytes }) => bytes)),
    );
    assert.equal(
      summary.iterations.count,
      Math.max(...plan.dispatches.map(({ iterations }) => iterations)),
    );
  });
}

Deno.test("summarizePlan() counts the products of a sigmoid network of K layers", () => {
  const [inputs, units, outputs, hidden, batch] = [7, 5, 3, 4, 6];
  const widths = [inputs, ...Array<number>(hidden).fill(units), outputs];
  for (const target of [subgroupTarget, plainTarget]) {
    for (const replicas of [1, 3]) {
      const loss = halfSquaredNorm();
      const summary = summarize(
        planOf(mlp(...widths), { loss, batch, replicas, target }),
      );
      const forward = inputs * units + (hidden - 1) * units ** 2 +
        units * outputs;
      // Every layer but the first passes its gradient on, at the price of the forward product.
      const backward = 2 * forward - inputs * units;
      const { inference, all } = stepWork(summary);
      assert.equal(inference.products, replicas * batch * forward);
      assert.equal(all.products, replicas * batch * (forward + backward));
    }
  }
});

Deno.test("summarizePlan() counts a product once where its sum is split", () => {
  const features = 300_000;
  const plan = planOf(sequential([features], [dense({ units: 2 })]), {
    batch: 1,
    target: { ...subgroupTarget, maxBindingBytes: Infinity },
  });
  assert.ok(plan.dispatches.some(({ label }) => /sum of parts/.test(label)));
  assert.equal(
    find(summarize(plan), "dense1").forward.products,
    2 * features,
  );
});

/** Of each convolution: channels, kernel, channels and rows of the input, rows of the output. */
const CONVOLUTIONS = [
  [96, 4, 1, 28, 25],
  [96, 3, 96, 25, 23],
  [256, 5, 96, 23, 23],
  [384, 3, 256, 11, 11],
  [384, 3, 384, 11, 11],
  [256, 3, 384, 11, 11],
] as const;

Deno.test("alexnetVariant() has 8,925,738 parameters, and its plan every product", () => {
  const batch = 16;
  const plan = planOf(alexnetVariant(), { batch });
  const summary = summarize(plan);
  assert.equal(plan.parameters, 8_925_738);
  CONVOLUTIONS.forEach(([channels, kernel, inputs, from, rows], i) => {
    const { shape, size, forward, backward } = find(summary, `conv2d${i + 1}`);
    assert.deepEqual(shape, [rows, rows, channels]);
    const weights = channels * kernel ** 2 * inputs;
    assert.equal(size, weights + channels);
    const products = batch * rows ** 2 * weights;
    assert.equal(forward.products, products);
    // Two for every product, padding counted; bias and ReLU of every output.
    const outputs = batch * rows ** 2 * channels;
    assert.equal(forward.flops, 2 * products + 2 * outputs);
    const ofInput = i === 0 ? 0 : batch * from ** 2 * weights;
    assert.equal(backward.products, products + ofInput);
  });
  assert.equal(find(summary, "dense1").size, 6400 * 800 + 800);
  assert.equal(find(summary, "dense1").forward.products, batch * 6400 * 800);
  assert.equal(find(summary, "dense2").backward.products, 2 * batch * 8000);
});

Deno.test("alexnetVariant() narrows its layers by whole fours", () => {
  const narrow = summarize(planOf(alexnetVariant({ width: 0.1, dropout: 0 })));
  const channels = (label: string) => find(narrow, label).shape.at(-1);
  assert.deepEqual(
    [channels("conv2d1"), channels("conv2d3"), channels("dense1")],
    [8, 24, 80],
  );
  assert.equal(find(narrow, "dropout1"), undefined);
  assert.throws(() => alexnetVariant({ width: 0 }), RangeError);
});

/** Parameters, multiplications (as many additions) and activations of the convolutions of both modules. */
const MODULES = {
  "the naive module": {
    bottleneck: undefined,
    convolutions: [
      [32_896, 33_554_432, 131_072],
      [442_560, 452_984_832, 196_608],
      [614_496, 629_145_600, 98_304],
    ],
    total: [1_089_952, 1_115_684_864, 425_984],
  },
  "the bottleneck": {
    bottleneck: 64,
    convolutions: [
      [32_896, 33_554_432, 131_072],
      [16_448, 16_777_216, 65_536],
      [110_784, 113_246_208, 196_608],
      [16_448, 16_777_216, 65_536],
      [153_696, 157_286_400, 98_304],
      [16_448, 16_777_216, 65_536],
    ],
    total: [346_720, 354_418_688, 622_592],
  },
} as const;

for (
  const [name, { bottleneck, convolutions, total }] of Object.entries(MODULES)
) {
  Deno.test(`inceptionModule() costs what the tables say of ${name}`, () => {
    const plan = planOf(
      inceptionModule({
        input: [32, 32, 256],
        channels: [128, 192, 96],
        bottleneck,
      }),
      { batch: 1, loss: undefined, optimizer: undefined },
    );
    const summary = summarize(plan);
    const rows = summary.layers.filter(({ kind }) => kind === "conv2d").map(
      ({ label, size, forward }) => {
        const activation = find(summary, label.replace("conv2d", "relu"));
        const activations = activation.shape.reduce((a, b) => a * b);
        // A sum of k products starts at the bias: k additions, of which the
        // plan counts k and the bias, and then the activation.
        assert.equal(forward.flops, 2 * forward.products + 2 * activations);
        return [size, forward.products, activations];
      },
    );
    assert.deepEqual(rows, convolutions);
    const sums = [0, 1, 2].map((i) =>
      rows.reduce((sum, row) => sum + row[i]!, 0)
    );
    assert.deepEqual(sums, total);
    assert.equal(plan.parameters, total[0]);
    assert.equal(stepWork(summary).inference.products, total[1]);
  });
}

Deno.test("summarizePlan() counts a shared parameter at the layer that uses it first", () => {
  const summary = summarize(planOf(
    graph((g) => {
      const weight = g.parameter("W", [8, 8], zeros);
      const layer = () => dense({ weight, bias: false });
      const u = g.apply(relu(), g.apply(layer(), g.input("x", [8])));
      return g.apply(add(), u, g.apply(layer(), u));
    }),
    { loss: halfSquaredNorm() },
  ));
  assert.equal(find(summary, "dense1").size, 64);
  assert.equal(find(summary, "dense2").size, 0);
  assert.deepEqual(find(summary, "dense2").inputs, ["relu1"]);
});

Deno.test("summarizePlan() tells kinds of memory apart", () => {
  const fours = (numbers: number) => 16 * Math.ceil(numbers / 4);
  const { memory } = summarize(
    planOf(mixed(), { optimizer: adam(), clipNorm: 1, batch: 2 }),
  );
  const parameters = [8 * 12, 8, 8, 8, 4 * 8, 4];
  const bytes = parameters.reduce((sum, size) => sum + fours(size), 0);
  assert.equal(memory.parameters, bytes);
  assert.equal(memory["optimizer state"], 2 * bytes);
  assert.equal(memory["layer state"], 2 * fours(8));
  assert.ok(memory.activations > 0 && memory.gradients > 0);
  assert.equal(memory["inputs and metrics"] % 256, 0);
  const kept = planOf(mixed(), {
    optimizer: undefined,
    gradients: true,
    batch: 2,
  });
  assert.ok(summarize(kept).memory.gradients >= bytes);
  const accumulating = planOf(mixed(), {
    optimizer: undefined,
    accumulateGradients: true,
  });
  assert.equal(summarize(accumulating).memory["optimizer state"], 0);
});

Deno.test("summarizePlan() puts work of no layer in rows of its own", () => {
  const accumulating = planOf(mixed(), {
    optimizer: undefined,
    accumulateGradients: true,
  });
  assert.deepEqual(
    summarize(accumulating).others.map(({ label }) => label),
    ["loss"],
  );
  const update = buildUpdatePlan(accumulating, {
    name: "apply",
    optimizer: sgd(),
    target: subgroupTarget,
  });
  const { layers, others } = summarize(update);
  assert.deepEqual(layers, []);
  assert.deepEqual(others.map(({ label }) => label), ["optimizer"]);
  const clipped = summarize(planOf(mixed(), { clipNorm: 1 }));
  assert.deepEqual(
    clipped.others.map(({ label }) => label),
    ["loss", "optimizer"],
  );
  // The updates that clipping keeps apart still count for their layers.
  const dispatches = find(clipped, "dense1").backward.dispatches;
  assert.equal(
    dispatches,
    find(summarize(planOf(mixed())), "dense1").backward.dispatches + 2,
  );
});
