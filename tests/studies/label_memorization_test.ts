/** label-memorization: its smoke preset, a stop and going on, and its networks counted. */
import assert from "node:assert/strict";
import { sizeOf } from "../../lib/core/shape.ts";
import { standardTarget } from "../../lib/core/standard_target.ts";
import { linesOf, study } from "../../lib/studies/mod.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { alexnetVariant } from "../../lib/nn/models/alexnet_variant.ts";
import { albumOf } from "../../lib/plots/pictures.ts";
import { Interrupted } from "../../lib/train/context.ts";
import type { Checkpoint } from "../../lib/train/experiment.ts";
import { judge } from "../../lib/study/expectation.ts";
import type { Recorded } from "../../lib/study/record.ts";
import experiment, {
  type Config,
} from "../../lib/studies/label_memorization/experiment.ts";
import {
  drawData,
  labelsOf,
  parametersOf,
} from "../../lib/studies/label_memorization/data.ts";
import { testGpu } from "../support/device.ts";
import { testWith } from "../support/permissions.ts";
import { type FakeContext, fakeContext } from "../support/fake_context.ts";
import { changed, missed, recordOf } from "../support/recorded_series.ts";

type Ctx = FakeContext<Config>;

const smoke = experiment.presets.smoke as Config;

/** Two fits of one network each, four epochs of three updates, with dropout. */
const tiny: Config = {
  ...smoke,
  ...{ images: 11, testImages: 9, batch: 4, epochs: 4, lookEvery: 2 },
  ...{ ratiosAtOnce: 1, stopWhenFitted: false },
};

async function run(
  gpu: Gpu,
  { started = () => {}, ...options }: {
    config?: Config;
    stopAfter?: number;
    resume?: Checkpoint | null;
    /** Gets the context before the run. */
    started?: (ctx: Ctx) => void;
  },
): Promise<Ctx> {
  const ctx = fakeContext<Config>({ config: tiny, ...options, gpu });
  started(ctx);
  const untyped = ctx as unknown as FakeContext<Record<string, unknown>>;
  await experiment.run(untyped);
  return ctx;
}

/** Names of expectations that do not hold where a series is changed. */
const missedWith = (
  record: Recorded,
  change: Parameters<typeof changed>[1],
) => missed(experiment, changed(record, change));

testGpu("label-memorization shows its direction at smoke size", async (gpu) => {
  const ctx = await run(gpu, { config: smoke });
  const record = recordOf(ctx);
  assert.deepEqual(missed(experiment, record), []);
  assert.ok(judge(experiment, record).length >= 4);
  assert.ok(albumOf(record.results.labels));

  // The fit ended when both networks had fitted, and says so.
  const { step, of } = ctx.results["fit1.stopped"] as Record<string, number>;
  assert.ok(step! < of!, `${step} of ${of}`);
  const rows = ctx.results.ratios as Record<string, number>[];
  assert.deepEqual(rows.map((row) => row["random labels (%)"]), [0, 100]);
  for (const row of rows) {
    assert.ok(row["epochs to fit"]! <= step! / (smoke.images / smoke.batch));
    assert.ok(row["training accuracy"]! > 0.9);
  }
  assert.equal(
    record.series("copied.test.error").at(-1)!.value,
    0.9,
    "with random labels alone, copying is guessing",
  );

  assert.deepEqual(
    missedWith(
      record,
      (name, value) => name.endsWith("accuracy") ? 0.98 : value,
    ),
    ["random labels are fitted", "every ratio is fitted"],
  );
  assert.deepEqual(
    missedWith(
      record,
      (name, value) => name === "random0.accuracy" ? 0.98 : value,
    ),
    ["every ratio is fitted"],
  );
  assert.deepEqual(
    missedWith(
      record,
      (name, value) => name === "final.test.error" ? 0.9 : value,
    ),
    ["test error rises"],
  );
  assert.deepEqual(
    missedWith(
      record,
      (name, value) => name === "final.test.loss" ? 2.3 : value,
    ),
    ["worse than knowing nothing"],
  );
  const large = { ...record, config: { ...smoke, images: 400, gain: 1 } };
  assert.deepEqual(
    missedWith(
      large,
      (name, value, step) =>
        name === "final.test.error"
          ? (step === 100 ? 0.94 : 0.2)
          : name === "fit.epochs" || name.endsWith(".loss")
          ? 9
          : value,
    ),
    ["starts at chance", "random labels take longer", "test error of chance"],
  );
}, { read: true });

testGpu(
  "label-memorization goes on from a stop to the same bits",
  async (gpu) => {
    const whole = await run(gpu, {});
    // In the middle of an epoch of the second fit: its own rows come last.
    const ends = whole.rows.findIndex((row) =>
      row.startsWith("random100.loss 2")
    );
    let stopped: Ctx | undefined;
    await assert.rejects(
      run(gpu, { stopAfter: ends, started: (ctx) => stopped = ctx }),
      Interrupted,
    );
    const { saved } = stopped!;
    const { parts } = saved!.state as { parts: Record<string, unknown> };
    assert.deepEqual(Object.keys(parts), [
      "stage fit1",
      "stage fit2",
      "stage fit2 / fit fit2",
    ]);
    const resumed = await run(gpu, { resume: saved });
    const before = stopped!.rows.filter((row) => !resumed.rows.includes(row));
    assert.deepEqual([...before, ...resumed.rows], whole.rows);
    // A mean over the updates of the epoch alone.
    for (const name of ["random0.loss", "random100.loss"]) {
      const epochs = recordOf(whole).series(name);
      assert.deepEqual(epochs.map(({ step }) => step), [0, 1, 2, 3, 4]);
      for (const { value } of epochs) assert.ok(value > 1 && value < 4);
    }
    const untimed = ({ results }: Ctx) =>
      (results.ratios as Record<string, unknown>[])
        .map(({ "seconds to fit": _, ...row }) => row);
    assert.deepEqual(untimed(resumed), untimed(whole));
    assert.equal(untimed(whole).length, 2);
  },
  { read: true },
);

testWith(
  { read: true },
  "label-memorization gives the networks of a seed the same start, and labels that differ by the ratio",
  async () => {
    const config: Config = {
      ...tiny,
      images: 400,
      ratios: [0, 0.5, 1],
      seeds: 2,
    };
    const ctx = fakeContext<Config>({ config });
    const data = await drawData(
      ctx,
      alexnetVariant({ width: config.width, dropout: config.dropout }),
    );
    const { train } = data;

    const all = labelsOf(data, { first: 0, count: 3 });
    const row = (network: number) =>
      all.labels.subarray(network * 400, (network + 1) * 400);
    assert.equal(all.replicas, 6);
    for (const seed of [0, 1]) {
      assert.deepEqual(row(seed), train.labels);
      const changed = [...train.labels.keys()]
        .filter((i) => row(2 + seed)[i] !== train.labels[i]);
      // 200 labels drawn, a tenth of them as they were; within five deviations.
      assert.ok(Math.abs(changed.length - 180) < 22, `${changed.length}`);
      assert.ok(changed.every((i) => row(4 + seed)[i] === row(2 + seed)[i]));
    }
    assert.notDeepEqual(row(4), row(5));
    assert.deepEqual(
      labelsOf(data, { first: 2, count: 1 }).labels,
      all.labels.slice(4 * 400),
    );

    const weight = parametersOf(data, 3)["conv2d1.weight"]!;
    const bias = parametersOf(data, 3)["conv2d1.bias"]!;
    const size = weight.length / 6;
    const own = (network: number) =>
      weight.subarray(network * size, (network + 1) * size);
    assert.deepEqual(own(4), own(0));
    assert.notDeepEqual(own(1), own(0));
    // PyTorch's bound is 1 / √16; the gain is for weights alone.
    const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
    assert.ok(largest(weight) > 0.5 && largest(weight) <= config.gain / 4);
    assert.ok(largest(bias) <= 0.25);
  },
);

Deno.test("label-memorization at full size fits every device and has the parameters of its table", () => {
  const config = experiment.presets.full;
  const plans = experiment.plans!({
    config,
    replicas: 1,
    target: { ...standardTarget, memoryBytes: Infinity },
  });
  const { sections } = study("label-memorization");
  const { rows } = sections.flatMap(({ tables = [] }) => [...tables])
    .find(({ id }) => id === "parameters")!;
  const counted = rows.map((row) => Number(row.at(-1)));
  for (const { parameters, layers, tensors } of plans) {
    assert.equal(parameters, 8_925_738);
    const sizes = new Map(
      tensors.map(({ label, shape }) => [label, sizeOf(shape)]),
    );
    const perLayer = layers!.map(({ parameters }) => Object.values(parameters))
      .filter((labels) => labels.length > 0)
      .map((labels) => labels.reduce((sum, one) => sum + sizes.get(one)!, 0));
    assert.deepEqual([...perLayer, parameters], counted);
  }
  assert.ok(linesOf(study("label-memorization")).length >= 12);
});
