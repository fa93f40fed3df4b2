/** Convolutions of shifted images on the GPU, against shifted outputs. */
import { TorchRandom } from "../../core/random.ts";
import type { Program } from "../../gpu/mod.ts";
import { largest } from "../../math/compare.ts";
import { outputSize } from "../../math/convolution_cost.ts";
import { conv2d } from "../../nn/layers/conv.ts";
import { sequential } from "../../nn/graph.ts";
import { buildPlan, initialParameters } from "../../nn/plan.ts";
import type { ExperimentContext } from "../../train/experiment.ts";

/** What is shifted, and how far. */
export interface ShiftConfig {
  readonly pixels: number;
  readonly inputs: number;
  readonly channels: number;
  /** Shifts from 0 to this many pixels, along rows and columns alike. */
  readonly mostShift: number;
}

/** The strides that are compared. */
export const strides = [1, 2, 3];

const WINDOW = { kernel: 3, padding: 1 };

/** One shift under one stride; differences are relative to the largest output. */
export interface ShiftFound {
  readonly stride: number;
  readonly shift: number;
  /** Away from the border, for the best shift of the output. */
  readonly difference: number;
  /** Over all outputs that both have. */
  readonly border: number;
  /** Outputs that were compared away from the border. */
  readonly compared: number;
}

/** Shifts an image and compares, for every stride. */
export async function measureShifts(
  ctx: Pick<
    ExperimentContext<ShiftConfig>,
    "config" | "gpu" | "seed" | "record"
  >,
): Promise<ShiftFound[]> {
  const { config, gpu, seed } = ctx;
  const found: ShiftFound[] = [];
  for (const stride of strides) {
    const random = new TorchRandom(seed);
    const { pixels, inputs, channels } = config;
    const model = sequential([pixels, pixels, inputs], [
      conv2d({ channels, stride, ...WINDOW }),
    ]);
    const program = await gpu.compile(buildPlan({
      name: `shifted, stride ${stride}`,
      ...{ model, batch: 1, target: gpu.target },
    }));
    for (
      const [label, data] of Object.entries(initialParameters(model, random))
    ) program.write(label, data);
    const image = random.randn(pixels * pixels * inputs);
    const still = await convolve(program, image);
    for (let shift = 0; shift <= config.mostShift; shift++) {
      const moved = await convolve(
        program,
        shifted(image, { pixels, inputs, by: shift }),
      );
      const candidates = [
        ...new Set([Math.floor, Math.ceil]
          .map((round) => round(shift / stride))),
      ]
        .map((steps) =>
          compare(still, moved, { ...config, stride, shift, steps })
        );
      const least = (key: "difference" | "border") =>
        Math.min(...candidates.map((one) => one[key]));
      const [difference, border] = [least("difference"), least("border")];
      const { compared } = candidates[0]!;
      found.push({ stride, shift, difference, border, compared });
      ctx.record(`stride${stride}.difference`, shift, difference);
      ctx.record(`stride${stride}.border`, shift, border);
    }
    program.destroy();
  }
  return found;
}

async function convolve(
  program: Program,
  x: Float32Array,
): Promise<Float32Array> {
  await program.submit([{ x, examples: Uint32Array.of(1) }]);
  return await program.read("conv2d1.output");
}

/** The image moved down and to the right; zeros come in. */
function shifted(
  image: Float32Array,
  { pixels, inputs, by }: { pixels: number; inputs: number; by: number },
): Float32Array {
  const moved = new Float32Array(image.length);
  for (let row = by; row < pixels; row++) {
    for (let column = by; column < pixels; column++) {
      const from = ((row - by) * pixels + column - by) * inputs;
      moved.set(
        image.subarray(from, from + inputs),
        (row * pixels + column) * inputs,
      );
    }
  }
  return moved;
}

/** The largest differences between `moved` and `still` shifted by so many steps. */
function compare(
  still: Float32Array,
  moved: Float32Array,
  { pixels, channels, stride, shift, steps }: ShiftConfig & {
    stride: number;
    shift: number;
    steps: number;
  },
): { difference: number; border: number; compared: number } {
  const { kernel, padding } = WINDOW;
  const side = outputSize(pixels, { ...WINDOW, stride });
  const scale = largest(still);
  const inside = (i: number) => {
    const [now, before] = [i, i - steps].map((at) => at * stride - padding) as [
      number,
      number,
    ];
    return now >= shift && now + kernel <= pixels && before >= 0 &&
      before + kernel <= pixels;
  };
  let [difference, border, compared] = [0, 0, 0];
  for (let row = steps; row < side; row++) {
    for (let column = steps; column < side; column++) {
      const isInside = inside(row) && inside(column);
      for (let channel = 0; channel < channels; channel++) {
        const at = (i: number, j: number) =>
          (i * side + j) * channels + channel;
        const gap = Math.abs(
          moved[at(row, column)]! - still[at(row - steps, column - steps)]!,
        ) / scale;
        border = Math.max(border, gap);
        if (!isInside) continue;
        difference = Math.max(difference, gap);
        compared++;
      }
    }
  }
  return { difference, border, compared };
}
