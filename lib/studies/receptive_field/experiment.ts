/** What units of VGG16 see, measured: where their gradient with respect to the image is not zero. About 40 s on a software adapter. */
import { z } from "zod";
import { TorchRandom } from "../../core/random.ts";
import { sizeOf } from "../../core/shape.ts";
import { vggLayers } from "./sections/vgg.ts";
import type { Program } from "../../gpu/mod.ts";
import {
  receptiveFields,
  seenBy,
  type Span,
} from "../../math/receptive_field.ts";
import { dense } from "../../nn/layers/dense.ts";
import { flatten } from "../../nn/layers/flatten.ts";
import type { Graph } from "../../nn/graph.ts";
import { halfSquaredNorm } from "../../nn/losses/half_squared_norm.ts";
import { fanIn, type Initializer } from "../../nn/initializers.ts";
import { vggBlocks } from "../../nn/models/vgg_blocks.ts";
import { buildPlan } from "../../nn/plan.ts";
import { defineStudy, type ExperimentContext } from "../../train/experiment.ts";
import { initialize } from "../../train/initialize.ts";

const config = z.strictObject({
  pixels: z.int().min(16).max(1024).multipleOf(4)
    .describe("rows and columns of the image"),
  width: z.number().min(1 / 16).max(1).multipleOf(1 / 16)
    .describe("share of VGG16's channels, 64 and 128"),
  units: z.int().min(5).max(10_000)
    .describe(
      "units of each of y₁, y₂, y₃: four corners, the middle, the others at random",
    ),
});
type Config = z.output<typeof config>;

const outputs = ["y1", "y2", "y3"] as const;
type Output = typeof outputs[number];

/**
 * Each replica has one of four images, brighter towards one of the corners: with
 * positive weights every layer is too, and the winner of every pooling window
 * lies in that corner. Together the four send gradients through all that max
 * depends on.
 */
const corners = [[-1, -1], [-1, 1], [1, -1], [1, 1]] as const;

/** Weights around the inverse of what they add up, all positive: ReLU passes everything, and nothing cancels. */
const positive: Initializer = (random, shape) => {
  const mean = 1 / fanIn(shape);
  return random.uniform(sizeOf(shape), 0.5 * mean, 1.5 * mean);
};

/** The network up to an output, and behind it a dense layer that picks one unit. */
function modelOf({ pixels, width }: Config, output: Output): Graph {
  const pick = dense({ units: 1, bias: false });
  return vggBlocks({
    ...{ output, pixels, width, initial: positive },
    top: [flatten(), pick],
  });
}

export default defineStudy({
  id: "receptive-field",
  question: "Which pixels does a unit of VGG16 depend on?",
  config,
  presets: {
    smoke: { pixels: 32, width: 1 / 16, units: 6 },
    quick: { pixels: 224, width: 1 / 4, units: 20 },
    full: { pixels: 224, width: 1, units: 20 },
  },
  // The images are the replicas.
  maxReplicas: 1,
  plans: ({ config, target }) =>
    outputs.map((output) =>
      buildPlan({
        name: `gradient of ${output}`,
        model: modelOf(config, output),
        loss: halfSquaredNorm(),
        gradients: false,
        inputGradients: true,
        batch: 1,
        replicas: corners.length,
        ownData: true,
        target,
      })
    ),
  async run(ctx, plans) {
    const random = new TorchRandom(ctx.seed);
    const images = drawImages(ctx.config.pixels);
    for (const [p, output] of outputs.entries()) {
      const model = modelOf(ctx.config, output);
      const program = await ctx.gpu.compile(plans[p]!);
      initialize(program, model, { random, seed: ctx.seed });
      const shape = model.nodes.at(-3)!.shape as [number, number, number];
      for (const [n, at] of chooseUnits(random, shape, ctx.config).entries()) {
        if (ctx.stopping) return;
        pickUnit(program, shape, at);
        await program.submit([{ x: images, examples: Uint32Array.of(1) }]);
        const gradient = addUp(await program.read("dX"));
        compare(ctx, { output, at, n, gradient });
        ctx.progress({
          done: p * ctx.config.units + n + 1,
          total: outputs.length * ctx.config.units,
          unit: "unit",
        });
      }
      program.destroy();
    }
  },
  expect: [{
    name: "support of the gradient",
    expected:
      "exactly the pixels of the formula, in all three channels, for every unit",
    check(run) {
      const all = outputs.flatMap((output) => run.series(`wrong.${output}`));
      const wrong = all.reduce((sum, { value }) => sum + value, 0);
      return {
        holds: all.length === outputs.length * run.config.units && wrong === 0,
        measured: `${wrong} wrong pixels at ${all.length} units`,
      };
    },
  }],
});

/** Four images [4, pixels, pixels, 3], from 1 to 3 along the diagonal. */
function drawImages(pixels: number): Float32Array {
  const slope = 1 / (pixels - 1);
  return Float32Array.from(
    { length: corners.length * pixels ** 2 * 3 },
    (_, at) => {
      const pixel = Math.floor(at / 3);
      const [down, right] = corners[Math.floor(pixel / pixels ** 2)]!;
      const row = Math.floor(pixel / pixels) % pixels;
      const column = pixel % pixels;
      const along = (sign: number, place: number) =>
        sign * (place * slope - 0.5);
      return 2 + along(down, row) + along(right, column);
    },
  );
}

/** Number of the unit in the middle. */
const MIDDLE = 4;

/** Corners and the middle in random channels, then random units. */
function chooseUnits(
  random: TorchRandom,
  [rows, columns, channels]: readonly [number, number, number],
  { units }: Config,
): [k: number, i: number, j: number][] {
  const below = (count: number) => random.next() % count;
  const [bottom, right] = [rows - 1, columns - 1];
  const places = [
    [0, 0],
    [0, right],
    [bottom, 0],
    [bottom, right],
    [rows >> 1, columns >> 1],
  ];
  return Array.from({ length: units }, (_, n) => {
    const [i, j] = places[n] ?? [below(rows), below(columns)];
    return [below(channels), i!, j!];
  });
}

/** Gives the dense layer a one at the unit and zeros elsewhere. */
function pickUnit(
  program: Program,
  [rows, columns, channels]: readonly [number, number, number],
  [k, i, j]: readonly [k: number, i: number, j: number],
): void {
  const count = rows * columns * channels;
  const weight = new Float32Array(corners.length * count);
  for (let replica = 0; replica < corners.length; replica++) {
    weight[replica * count + (i * columns + j) * channels + k] = 1;
  }
  program.write("dense1.weight", weight);
}

/** Sizes of the gradients of the four images added up, [pixels, pixels, 3]. */
function addUp(gradients: Float32Array): Float64Array {
  const count = gradients.length / corners.length;
  const total = new Float64Array(count);
  gradients.forEach((value, at) => total[at % count]! += Math.abs(value));
  return total;
}

/** Records one unit's field beside the formula's. */
function compare(
  ctx: ExperimentContext<Config>,
  { output, at, n, gradient }: {
    output: Output;
    at: readonly [k: number, i: number, j: number];
    n: number;
    gradient: Float64Array;
  },
): void {
  const { pixels } = ctx.config;
  const field = receptiveFields(vggLayers[outputs.indexOf(output)]!).at(-1)!;
  const [, i, j] = at;
  const [rows, columns] = [seenBy(field, i, pixels), seenBy(field, j, pixels)];
  const within = ({ first, last }: Span, place: number) =>
    place >= first && place <= last;
  let [derived, measured, wrong] = [0, 0, 0];
  gradient.forEach((size, place) => {
    const pixel = Math.floor(place / 3);
    const row = Math.floor(pixel / pixels);
    const inside = within(rows, row) && within(columns, pixel % pixels);
    derived += Number(inside);
    measured += Number(size !== 0);
    wrong += Number(inside !== (size !== 0));
  });
  ctx.record(`derived.${output}`, n, derived / 3);
  ctx.record(`measured.${output}`, n, measured / 3);
  ctx.record(`wrong.${output}`, n, wrong);
  if (n === MIDDLE) recordProfile(ctx, { output, rows, columns, gradient });
}

/** Columns of the profile beyond the field on either side, where the gradient is zero. */
const margin = 4;

/** Records the gradient along the row through the middle of a field. */
function recordProfile(
  ctx: ExperimentContext<Config>,
  { output, rows, columns, gradient }: {
    output: Output;
    rows: Span;
    columns: Span;
    gradient: Float64Array;
  },
): void {
  const { pixels } = ctx.config;
  const row = (rows.first + rows.last) >> 1;
  const first = Math.max(columns.first - margin, 0);
  const last = Math.min(columns.last + margin, pixels - 1);
  for (let column = first; column <= last; column++) {
    const place = 3 * (row * pixels + column);
    const [red, green, blue] = gradient.subarray(place, place + 3);
    ctx.record(`profile.${output}`, column, red! + green! + blue!);
  }
}
