/** cifar10-classification on the few real pictures of a fixture, and its expectations on made-up curves. */
import assert from "node:assert/strict";
import { decode } from "fast-png";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import { CLASS_NAMES, IMAGE_BYTES } from "../../lib/data/cifar10_binary.ts";
import type { Labelled } from "../../lib/data/labelled.ts";
import { subset } from "../../lib/data/subset.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { albumOf, type Picture } from "../../lib/plots/pictures.ts";
import { Interrupted } from "../../lib/train/context.ts";
import type { Checkpoint } from "../../lib/train/experiment.ts";
import { judge } from "../../lib/study/expectation.ts";
import type { Recorded } from "../../lib/study/record.ts";
import experiment, {
  type Config,
} from "../../lib/studies/cifar10_classification/experiment.ts";
import {
  modelOf,
  plansOf,
} from "../../lib/studies/cifar10_classification/models.ts";
import { mistakePictures } from "../../lib/studies/cifar10_classification/pictures.ts";
import { classify } from "../../lib/studies/cifar10_classification/train.ts";
import bytes from "../fixtures/cifar10_batch.safetensors" with {
  type: "bytes",
};
import { testGpu } from "../support/device.ts";
import { type FakeContext, fakeContext } from "../support/fake_context.ts";
import { missed } from "../support/recorded_series.ts";

const all = pictures();
const range = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => first + i);
const sets = {
  train: subset(all, range(0, 80)),
  test: subset(all, range(80, 48)),
};

function pictures(): Labelled {
  const { images, labels } = decodeSafetensors(bytes).tensors;
  return {
    images: images!.data as Uint8Array,
    labels: labels!.data as Uint8Array,
    shape: [128, 32, 32, 3],
    count: 128,
  };
}

const small: Config = {
  ...experiment.presets.smoke as Config,
  ...{ trainingExamples: 80, validationExamples: 48, measuredExamples: 40 },
  ...{ batch: 32, hidden: [8], epochs: 3, fewExamples: 40, fewEpochs: 4 },
  channels: [2],
};

type Ctx = FakeContext<Config>;

/** Runs at a small size; hands the context out before it starts. */
async function start(
  gpu: Gpu,
  options: {
    config?: Partial<Config>;
    stopAfter?: number;
    resume?: Checkpoint | null;
  } = {},
  started: (ctx: Ctx) => void = () => {},
): Promise<Ctx> {
  const config = { ...small, ...options.config };
  const ctx = fakeContext<Config>({ ...options, config, gpu });
  started(ctx);
  await classify(ctx, plansOf({ config, target: gpu.target }), sets);
  return ctx;
}

let started: Promise<Ctx> | undefined;

/** The run that all tests look at. */
function whole(gpu: Gpu): Promise<Ctx> {
  return started ??= start(gpu);
}

/** The picture of a set that a PNG shows. */
function find(set: Labelled, { png }: Picture): number {
  const { data } = decode(Uint8Array.fromBase64(png));
  return range(0, set.count).findIndex((i) =>
    set.images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES)
      .every((byte, at) => byte === data[at])
  );
}

const valuesOf = ({ rows }: Ctx, series: string) =>
  rows.filter((row) => row.startsWith(`${series} `))
    .map((row) => row.slice(series.length));

testGpu(
  "cifar10-classification measures every network by epochs, from one start",
  async (gpu) => {
    const ctx = await whole(gpu);
    const epochs = (series: string) =>
      valuesOf(ctx, series).map((row) => Number(row.split(" ")[1]));
    for (const arm of ["plain", "cropped"]) {
      assert.deepEqual(epochs(`${arm}.validation.accuracy`), [0, 1, 2, 3]);
      assert.deepEqual(epochs(`${arm}.train.loss`), [0, 1, 2, 3]);
    }
    assert.deepEqual(epochs("few.train.accuracy"), [0, 1, 2, 3, 4]);
    assert.deepEqual(epochs("cnn.validation.loss"), [0, 1]);
    const [plain, cropped] = ["plain", "cropped"].map((arm) =>
      valuesOf(ctx, `${arm}.train.loss`)
    );
    assert.equal(plain![0], cropped![0]);
    assert.notEqual(plain![1], cropped![1]);
    const networks = ctx.results.networks as Record<string, unknown>[];
    assert.deepEqual(
      networks.map(({ network, parameters }) => [network, parameters]),
      [
        ["MLP", 24_674],
        ["MLP with crops", 24_674],
        ["MLP on few pictures", 24_674],
        ["CNN", 3 * 3 * 3 * 2 + 2 + 16 * 16 * 2 * 10 + 10],
      ],
    );
  },
);

testGpu(
  "cifar10-classification trains both networks alike where nothing is cropped",
  async (gpu) => {
    const ctx = await start(gpu, { config: { padding: 0, flip: false } });
    for (const series of ["train.loss", "validation.loss"]) {
      assert.deepEqual(
        valuesOf(ctx, `plain.${series}`),
        valuesOf(ctx, `cropped.${series}`),
      );
    }
  },
);

testGpu(
  "cifar10-classification shows pictures, their crops and mistakes as they are",
  async (gpu) => {
    const { results } = await whole(gpu);
    const crops = albumOf(results.crops)!;
    assert.equal(crops.pictures.length, 4 * crops.columns);
    crops.pictures.forEach((picture, i) => {
      const [row, crop] = [Math.floor(i / 4), i % 4];
      assert.equal(find(sets.train, picture), crop === 0 ? row : -1);
      const name = CLASS_NAMES[sets.train.labels[row]!]!;
      assert.ok(picture.alt.includes(name), picture.alt);
    });
    assert.equal(new Set(crops.pictures.map(({ png }) => png)).size, 16);
    const mistakes = albumOf(results.mistakes)!;
    const places = mistakes.pictures.map((one) => find(sets.test, one));
    assert.ok(places.length > 1);
    assert.deepEqual(places, places.toSorted((a, b) => a - b));
    mistakes.pictures.forEach(({ alt, caption }, i) => {
      assert.equal(alt, CLASS_NAMES[sets.test.labels[places[i]!]!]);
      const [, is, taken] = /^(\w+), taken for (\w+) \(\d+\u00a0%\)$/.exec(
        caption,
      )!;
      assert.equal(is, alt);
      assert.notEqual(taken, alt);
      assert.ok(CLASS_NAMES.includes(taken!));
    });
    const mlp = albumOf(results["filters.mlp"])!;
    assert.equal(mlp.pictures.length, 2 * 8);
    const cnn = albumOf(results["filters.cnn"])!;
    const { width, height, data } = decode(
      Uint8Array.fromBase64(cnn.pictures[0]!.png),
    );
    assert.deepEqual([width, height], [3, 3]);
    // The largest weight is as far from grey as a byte can be.
    const farthest = Math.max(...data.map((byte) => Math.abs(byte - 127.5)));
    assert.ok(farthest >= 127, `${farthest}`);
  },
);

testGpu(
  "mistakePictures() asks the network that it is told to ask",
  async (gpu) => {
    const plan = plansOf({ config: small, target: gpu.target });
    const program = await gpu.compile(plan["mlp evaluation"]!);
    // All weights are 0: the first network always says airplane, the second cat.
    const bias = new Float32Array(20);
    bias[0] = bias[10 + 3] = 5;
    program.write("dense2.bias", bias);
    const model = modelOf("mlp", small);
    const { test: set } = sets;
    const album = await mistakePictures(program, { set, arm: 1, model });
    for (const { caption } of album.pictures) {
      // e⁵ / (e⁵ + 9)
      assert.match(caption, /, taken for cat \(94\u00a0%\)$/);
    }
    program.destroy();
  },
);

for (
  const [fit, stopAfter] of [["mlp", 14], ["cnn", 54]] as const
) {
  testGpu(
    `cifar10-classification goes on from a stop in ${fit}, bit for bit`,
    async (gpu) => {
      const { rows, results } = await whole(gpu);
      let first: Ctx | undefined;
      await assert.rejects(
        start(gpu, { stopAfter }, (ctx) => first = ctx),
        Interrupted,
      );
      const { saved } = first!;
      const { parts } = saved!.state as { parts: Record<string, unknown> };
      assert.equal(Object.keys(parts).at(-1), `stage ${fit} / fit ${fit}`);
      const second = await start(gpu, { resume: saved });
      assert.deepEqual([...first!.rows, ...second.rows], rows);
      assert.deepEqual({ ...first!.results, ...second.results }, results);
    },
  );
}

/** Thirty epochs as they should be; a curve is a start, an end, and a straight line. */
function made(
  change: Record<string, readonly [number, number]> = {},
  config: Partial<Config> = {},
): Recorded {
  const curves: Record<string, readonly [number, number]> = {
    "plain.train.accuracy": [0.1, 0.7],
    "plain.validation.accuracy": [0.1, 0.55],
    "cropped.train.accuracy": [0.1, 0.55],
    "cropped.validation.accuracy": [0.1, 0.53],
    "plain.validation.loss": [2.303, 1.5],
    "cropped.validation.loss": [2.303, 1.5],
    "few.train.accuracy": [0.1, 1],
    "few.validation.accuracy": [0.1, 0.33],
    "cnn.validation.accuracy": [0.1, 0.55],
    ...change,
  };
  const quick = experiment.presets.quick as Config;
  return {
    ...{ seed: 0, replicas: 1, config: { ...quick, ...config } },
    results: {
      networks: [
        { network: "MLP", parameters: 1000 },
        { network: "CNN", parameters: 100 },
      ],
    },
    series: (name) => {
      const [first, last] = curves[name] ?? [NaN, NaN];
      return range(0, 31).map((step) => ({
        step,
        value: first + (last - first) * step / 30,
      }));
    },
  };
}

Deno.test("cifar10-classification holds on curves as they should be, and misses what is changed", () => {
  const full = { trainingExamples: 50_000 };
  assert.deepEqual(missed(experiment, made()), []);
  const rising = judge(experiment, made())
    .find(({ name }) => name === "still rising")!;
  // Five epochs of thirty.
  assert.ok(Math.abs(Number(rising.measured) - 0.6 / 6) < 1e-12);
  assert.deepEqual(missed(experiment, made({}, full)), []);
  const cases: [Record<string, [number, number]>, string[]][] = [
    [{ "plain.validation.loss": [2.4, 1.5] }, ["starts at chance"]],
    [{ "cropped.validation.accuracy": [0.1, 0.35] }, [
      ...["learns", "crops narrow the gap"],
    ]],
    [
      {
        "plain.validation.accuracy": [0.1, 0.5],
        "cropped.validation.accuracy": [0.1, 0.5],
      },
      ["validation accuracy of the MLP"],
    ],
    [{ "plain.train.accuracy": [0.1, 0.6] }, ["gap without crops"]],
    [{ "cropped.train.accuracy": [0.1, 0.66] }, ["crops narrow the gap"]],
    [{ "cropped.train.accuracy": [0.1, 0.71] }, [
      ...["crops narrow the gap", "crops make training harder"],
    ]],
    [{ "plain.train.accuracy": [0.9, 0.7] }, ["still rising"]],
    [{ "plain.train.accuracy": [0.1, 0.97] }, ["not perfect"]],
    [{ "few.train.accuracy": [0.1, 0.99] }, ["learned by heart"]],
    [{ "few.validation.accuracy": [0.1, 0.52] }, ["by heart is not enough"]],
    [{ "cnn.validation.accuracy": [0.1, 0.12] }, ["CNN"]],
  ];
  for (const [change, names] of cases) {
    assert.deepEqual(missed(experiment, made(change, full)), names);
  }
});

Deno.test("cifar10-classification judges nothing of a short run but its start", () => {
  const short = made({}, { epochs: 4, fewEpochs: 40 });
  assert.deepEqual(
    judge(experiment, short as Recorded).map(({ name }) => name),
    ["starts at chance"],
  );
});
