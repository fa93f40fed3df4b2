import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { initialParameters } from "../../lib/nn/plan.ts";
import { alexnetVariant } from "../../lib/nn/models/alexnet_variant.ts";
import { channelsLastStart } from "../../scripts/bench/training/channels_last.ts";
import { trainingPlan } from "../../scripts/bench/training/nabla.ts";
import { losses } from "../../scripts/bench/training/reference.ts";
import {
  alexnet,
  cnn,
  mlp,
  small,
} from "../../scripts/bench/training/sections.ts";
import {
  flopsOf,
  layersOf,
  targetRows,
  type Training,
  trainingStart,
} from "../../scripts/bench/training/workload.ts";
import { subgroupTarget } from "../support/targets.ts";
import { tiny, tinyConv } from "./tiny.ts";

Deno.test("losses() start near ln(classes) and fall", () => {
  const found = losses({ ...tiny, comparedSteps: 20 });
  assert.equal(found.length, 20);
  assert.ok(Math.abs(found[0]! - Math.log(3)) < 0.5, `starts at ${found[0]}`);
  assert.ok(found.at(-1)! < found[0]! - 0.05, `ends at ${found.at(-1)}`);
});

Deno.test("losses() fall with convolutions, and with squared errors of replicas", () => {
  const numbers = { ...tiny, loss: "meanSquare", replicas: 3 } as const;
  for (const training of [tinyConv, numbers]) {
    const found = losses({ ...training, comparedSteps: 8 });
    assert.ok(found.every(Number.isFinite));
    assert.ok(found.at(-1)! < found[0]!, `${found}`);
  }
});

Deno.test("trainingStart() is the same every time and of the right sizes", () => {
  const { layers, x, classes } = trainingStart(tiny);
  assert.deepEqual(trainingStart(tiny).layers, layers);
  assert.deepEqual(layers.map(({ weight }) => weight.length), [30, 15]);
  assert.equal(x.length, 24);
  assert.equal(classes.length, 4);
  assert.ok(classes.every((c) => c >= 0 && c < 3));
  const replicas = trainingStart({ ...tiny, replicas: 2 });
  assert.deepEqual(
    replicas.layers.map(({ weight, bias }) => [weight.length, bias.length]),
    [[60, 10], [30, 6]],
  );
});

Deno.test("targetRows() has one 1 a row, at the class", () => {
  const start = trainingStart(tiny);
  const rows = targetRows(start);
  start.classes.forEach((c, row) => {
    const hot = rows.subarray(3 * row, 3 * row + 3);
    assert.deepEqual([...hot], [0, 1, 2].map((k) => k === c ? 1 : 0));
  });
});

Deno.test("channelsLastStart() is what a model of lib/nn starts with", () => {
  const width = 1 / 32;
  const model = alexnetVariant({ width, dropout: 0 });
  const scaled = (size: number) =>
    4 * Math.max(1, Math.round(width * size / 4));
  const narrow: Training = {
    ...alexnet.workloads[0]!,
    batch: 1,
    layers: alexnet.workloads[0]!.layers.map((layer, i, { length }) =>
      layer.type === "conv"
        ? { ...layer, channels: scaled(layer.channels) }
        : layer.type === "dense" && i < length - 1
        ? { ...layer, units: scaled(layer.units) }
        : layer
    ),
  };
  const expected = initialParameters(model, new TorchRandom(2));
  assert.deepEqual(
    channelsLastStart(narrow).layers.flatMap(({ weight, bias }) => [
      weight,
      bias,
    ]),
    Object.values(expected),
  );
});

Deno.test("flopsOf() counts the products of a step", () => {
  // Forward, and weight gradient; the gradient of the input in the second layer alone.
  assert.equal(flopsOf(tiny), 2 * 4 * (2 * 30 + 3 * 15));
  // 36 pixels, 4 outputs of 9 taps; 9 pixels of 4 channels into 3 classes.
  assert.equal(flopsOf(tinyConv), 2 * 2 * (2 * 36 * 4 * 9 + 3 * 36 * 3));
  assert.equal(flopsOf({ ...tiny, replicas: 5 }), 5 * flopsOf(tiny));
});

Deno.test("layersOf() follows shapes through convolutions and pooling", () => {
  const shapes = layersOf(alexnet.workloads[0]!)
    .filter(({ type }) => type === "maxPool" || type === "flatten")
    .map(({ after }) => after);
  assert.deepEqual(shapes, [[11, 11, 256], [5, 5, 256], [6400]]);
});

const parameters = {
  "mlp-step": 235_146,
  "small-10": 8 * 10 + 10 + 110 + 88,
  "small-200-x8": 8 * 200 + 200 + 40_200 + 1608,
  "cnn-step": 160 + 4640 + 15_690,
  "alexnet-step": 8_925_738,
};

for (const [name, count] of Object.entries(parameters)) {
  Deno.test(`trainingPlan() of ${name} is the whole step of the network`, () => {
    const workload = [mlp, small, cnn, alexnet]
      .flatMap(({ workloads }) => workloads)
      .find((one) => one.name === name)!;
    const plan = trainingPlan(workload, {
      ...subgroupTarget,
      memoryBytes: 2 ** 33,
    });
    assert.equal(plan.parameters, count);
    assert.equal(plan.batch, workload.batch);
    assert.equal(plan.replicas, workload.replicas);
    const labels = plan.tensors.map(({ label }) => label);
    for (const label of ["x", "target", "examples", "learningRate", "loss"]) {
      assert.ok(labels.includes(label), `has no ${label}`);
    }
  });
}
