/** The sizes of random convolutions on the GPU, and their values against the definition. */
import type { TorchRandom } from "../../core/random.ts";
import { sizeOf } from "../../core/shape.ts";
import { constant } from "../../math/autodiff.ts";
import { largest, relativeError } from "../../math/compare.ts";
import { convolution } from "../../math/convolution.ts";
import { convolutionCost, outputSize } from "../../math/convolution_cost.ts";
import { add } from "../../math/operations.ts";
import { conv2d } from "../../nn/layers/conv.ts";
import { sequential } from "../../nn/graph.ts";
import { buildPlan, initialParameters } from "../../nn/plan.ts";
import type { ExperimentContext } from "../../train/experiment.ts";

/** A square convolution. */
export interface Setting {
  readonly image: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly inputs: number;
  readonly channels: number;
}

/** What became of it. */
export interface Found extends Setting {
  /** Pixels along a side of the output on the GPU. */
  readonly side: number;
  readonly floor: number;
  readonly ceiling: number;
  /** Parameters of the plan, and by formula. */
  readonly parameters: number;
  readonly derivedParameters: number;
  /** Largest error of the values against float64, relative to the largest. */
  readonly error: number;
}

/** The exercise's convolution, of one channel. */
const EXERCISE: Setting = {
  ...{ image: 30, kernel: 3, stride: 1, padding: 0 },
  ...{ inputs: 1, channels: 8 },
};

/** The exercise's convolution, then random ones. */
export function drawSettings(count: number, random: TorchRandom): Setting[] {
  const between = (low: number, high: number) =>
    low + Math.floor((high - low) * random.rand(1)[0]!);
  return [
    EXERCISE,
    ...Array.from({ length: count - 1 }, () => ({
      image: between(6, 24),
      kernel: between(1, 6),
      stride: between(1, 5),
      padding: between(0, 3),
      inputs: between(1, 5),
      channels: between(1, 9),
    })),
  ];
}

/** Runs a convolution on random numbers and looks at its output. */
export async function findSize(
  { gpu }: Pick<ExperimentContext, "gpu">,
  setting: Setting,
  random: TorchRandom,
): Promise<Found> {
  const { image, kernel, stride, padding, inputs, channels } = setting;
  const model = sequential([image, image, inputs], [
    conv2d({ channels, kernel, stride, padding }),
  ]);
  const { output } = model;
  const plan = buildPlan({
    name: `convolution ${Object.values(setting).join(", ")}`,
    ...{ model, batch: 1, target: gpu.target },
  });
  const program = await gpu.compile(plan);
  const values = initialParameters(model, random);
  for (const [label, data] of Object.entries(values)) {
    program.write(label, data);
  }
  const x = random.randn(image * image * inputs);
  await program.submit([{ x, examples: Uint32Array.of(1) }]);
  const z = await program.read(`${output.label}.output`);
  program.destroy();

  const window = { kernel, stride, padding };
  const expected = add(
    convolution(
      constant(x, [1, image, image, inputs]),
      constant(values["conv2d1.weight"]!, [channels, kernel, kernel, inputs]),
      { stride: [stride, stride], padding: [padding, padding] },
    ),
    constant(values["conv2d1.bias"]!, [channels]),
  );
  const room = (image + 2 * padding - kernel) / stride;
  const { error } = relativeError(z, expected.value, {
    floor: largest(expected.value),
  });
  return {
    ...setting,
    side: Math.sqrt(z.length / channels),
    floor: outputSize(image, window),
    ceiling: Math.ceil(room) + 1,
    parameters: plan.parameters,
    derivedParameters: convolutionCost(setting).parameters,
    error: sizeOf(output.shape) === z.length ? error : Infinity,
  };
}
