/**
 * Shapes of convolutions on the GPU: sizes of outputs, shifted images, volumes
 * forward and backward. On a software adapter about 3 s at the smoke size and
 * half a minute at the quick one.
 */
import { z } from "zod";
import { TorchRandom } from "../../core/random.ts";
import { defineStudy } from "../../train/experiment.ts";
import type { RunRecord } from "../../study/record.ts";
import { measureShifts, type ShiftFound, strides } from "./shifts.ts";
import { drawSettings, findSize, type Found } from "./sizes.ts";
import {
  compareVolume,
  type VolumeFound,
  volumePlan,
  volumes,
} from "./volumes.ts";

const config = z.strictObject({
  convolutions: z.int().min(2).max(500)
    .describe("convolutions whose output is looked at, one of them 30 × 30"),
  pixels: z.int().min(16).max(512).describe("sides of the shifted image"),
  inputs: z.int().min(1).max(64).describe("its channels"),
  channels: z.int().min(1).max(256).describe("channels of its convolution"),
  mostShift: z.int().min(3).max(64).describe("pixels of the largest shift"),
}).refine(({ pixels, mostShift }) => mostShift + 8 <= pixels, {
  path: ["mostShift"],
  message: "must leave 8 pixels of the image",
});
type Config = z.output<typeof config>;

/** Errors that float32 is granted against float64, relative to the largest entry: sums of at most some hundred products. */
const FLOAT32 = 1e-5;

/** Difference of a broken shift at least, relative to the largest output. */
const BROKEN = 0.01;

export default defineStudy({
  id: "convolution-shapes",
  question: "What comes out of a convolution, and what moves along with it?",
  config,
  presets: {
    smoke: {
      ...{ convolutions: 4, pixels: 16, inputs: 1, channels: 4, mostShift: 3 },
    },
    quick: {
      ...{ convolutions: 24, pixels: 32, inputs: 3, channels: 8, mostShift: 9 },
    },
    full: {
      convolutions: 200,
      ...{ pixels: 224, inputs: 3, channels: 64, mostShift: 24 },
    },
  },
  maxReplicas: 1,
  plans: ({ target }) => volumes.map((volume) => volumePlan(volume, target)),
  async run(ctx) {
    const random = new TorchRandom(ctx.seed);
    const { convolutions } = ctx.config;
    const found: Found[] = [];
    for (const setting of drawSettings(convolutions, random)) {
      found.push(await findSize(ctx, setting, random));
      ctx.progress({
        done: found.length,
        total: convolutions,
        unit: "convolution",
      });
    }
    ctx.result("sizes", found.map(asRow));
    ctx.result("shifts", await measureShifts(ctx));
    const compared: VolumeFound[] = [];
    for (const volume of volumes) {
      compared.push(await compareVolume(ctx, volume, random));
    }
    ctx.result("volumes", compared);
  },
  expect: [
    {
      name: "sizes",
      expected:
        "the floor, of every convolution; values within 1e-5 of float64, parameters as derived",
      check(run) {
        const rows = sizes(run);
        const right = rows.filter((row) =>
          row.side === row.floor && row.error <= FLOAT32 &&
          row["parameters − derived"] === 0
        );
        return {
          holds: right.length === rows.length,
          measured: `${right.length} of ${rows.length}`,
        };
      },
    },
    {
      name: "30 × 30 with k = 3",
      expected: "28 × 28",
      check(run) {
        const { side } = sizes(run)[0]!;
        return { holds: side === 28, measured: `${side} × ${side}` };
      },
    },
    {
      name: "the ceiling",
      expected: "wrong just where the stride does not divide",
      applies: (run) => sizes(run).some(({ divides }) => divides === "no"),
      check(run) {
        const rows = sizes(run);
        const wrong = rows.filter(({ side, ceiling }) => side !== ceiling);
        return {
          holds: rows.every(({ side, ceiling, divides }) =>
            (side === ceiling) === (divides === "yes")
          ),
          measured: `wrong in ${wrong.length} of ${rows.length}`,
        };
      },
    },
    {
      name: "equivariance",
      expected:
        "not a bit of difference away from the border, for every shift that the stride divides",
      check(run) {
        const divided = shifts(run).filter(({ stride, shift }) =>
          shift % stride === 0
        );
        const measured = Math.max(...divided.map((one) => one.difference));
        return {
          holds: measured === 0 && divided.every((one) => one.compared > 0),
          measured,
        };
      },
    },
    {
      name: "where stride breaks it",
      expected:
        "a difference of at least 0.01 for every shift that the stride does not divide",
      check(run) {
        const measured = Math.min(
          ...shifts(run).filter(({ stride, shift }) => shift % stride !== 0)
            .map(({ difference }) => difference),
        );
        return { holds: measured >= BROKEN, measured };
      },
    },
    {
      name: "the border",
      expected: "at stride 1, padding makes a difference there for every shift",
      check(run) {
        const measured = Math.min(
          ...shifts(run).filter(({ stride, shift }) =>
            stride === 1 && shift > 0
          )
            .map(({ border }) => border),
        );
        return { holds: measured >= BROKEN, measured };
      },
    },
    {
      name: "volumes",
      expected:
        "output and gradients by input, weight and bias within 1e-5 of float64, and of central differences",
      check({ results }) {
        const measured = Math.max(
          ...(results.volumes as VolumeFound[]).flatMap((
            { forward, dInput, dParameters, central },
          ) => [forward, dInput, dParameters, central]),
        );
        return { holds: measured <= FLOAT32, measured };
      },
    },
  ],
});

/** A convolution as a row of the record. */
function asRow(
  { parameters, derivedParameters, floor, ceiling, side, error, ...setting }:
    Found,
) {
  const { image, kernel, stride, padding, inputs, channels } = setting;
  const divides = (image + 2 * padding - kernel) % stride === 0;
  return {
    convolution:
      `${image} × ${image} × ${inputs}, k = ${kernel}, s = ${stride}, P = ${padding}, C′ = ${channels}`,
    divides: divides ? "yes" : "no",
    ...{ side, floor, ceiling },
    "parameters − derived": parameters - derivedParameters,
    error,
  };
}

function sizes({ results }: RunRecord<Config>): ReturnType<typeof asRow>[] {
  return results.sizes as ReturnType<typeof asRow>[];
}

function shifts({ results }: RunRecord<Config>): ShiftFound[] {
  const found = results.shifts as ShiftFound[];
  return strides.flatMap((stride) =>
    found.filter((one) => one.stride === stride)
  );
}
