/** Convolution of volumes on the GPU against float64: output, and every gradient. */
import type { TorchRandom } from "../../core/random.ts";
import type { Plan, Target } from "../../core/plan.ts";
import { sizeOf } from "../../core/shape.ts";
import { backward, constant, type Var, variable } from "../../math/autodiff.ts";
import { largest, relativeError } from "../../math/compare.ts";
import { convolution } from "../../math/convolution.ts";
import { halfSquaredNorm as halfSquaredNorm64 } from "../../math/losses.ts";
import { add } from "../../math/operations.ts";
import { conv3d } from "../../nn/layers/conv.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { halfSquaredNorm } from "../../nn/losses/half_squared_norm.ts";
import { buildPlan, initialParameters } from "../../nn/plan.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { checkGradients, readGradients } from "../../train/gradient_check.ts";

/** A convolution of volumes. */
interface Volume {
  readonly image: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
  readonly inputs: number;
  readonly channels: number;
}

/** Axes alike and all different, strides that do not divide. */
export const volumes: readonly Volume[] = [
  {
    ...{ image: [5, 5, 5], kernel: [3, 3, 3], stride: [1, 1, 1] },
    ...{ padding: [0, 0, 0], inputs: 2, channels: 3 },
  },
  {
    ...{ image: [3, 5, 6], kernel: [3, 2, 3], stride: [1, 2, 3] },
    ...{ padding: [1, 0, 2], inputs: 3, channels: 4 },
  },
  {
    ...{ image: [4, 6, 6], kernel: [2, 3, 3], stride: [2, 2, 2] },
    ...{ padding: [0, 1, 1], inputs: 1, channels: 5 },
  },
];

/** Errors on the GPU, relative to the largest entry of each array. */
export interface VolumeFound {
  readonly image: string;
  readonly kernel: string;
  readonly stride: string;
  readonly output: string;
  readonly forward: number;
  readonly dInput: number;
  /** Weight and bias: against reverse mode, and against central differences. */
  readonly dParameters: number;
  readonly central: number;
}

const BATCH = 2;

/** A convolution's forward and backward pass under ½‖Z‖², gradients left to be read. */
export function volumePlan(volume: Volume, target: Target): Plan {
  const model = modelOf(volume);
  return buildPlan({
    name: `volume ${volume.image.join(" × ")}`,
    ...{ model, loss: halfSquaredNorm(), batch: BATCH, target },
    gradients: true,
    inputGradients: true,
    outputs: [model.output.label],
  });
}

function modelOf({ image, inputs, ...options }: Volume): Graph {
  return sequential([...image, inputs], [conv3d(options)]);
}

/** Runs a convolution of volumes both ways and compares all it gives. */
export async function compareVolume(
  { gpu }: Pick<ExperimentContext, "gpu">,
  volume: Volume,
  random: TorchRandom,
): Promise<VolumeFound> {
  const model = modelOf(volume);
  const program = await gpu.compile(volumePlan(volume, gpu.target));
  const values = initialParameters(model, random);
  for (const [label, data] of Object.entries(values)) {
    program.write(label, data);
  }
  const { image, kernel, stride, padding, inputs } = volume;
  const shape = [BATCH, ...image, inputs];
  const x = random.randn(sizeOf(shape));
  await program.submit([{ x, examples: Uint32Array.of(BATCH) }]);
  const output = await program.read(`${model.output.label}.output`);
  const dX = await program.read("dX");
  const gradients = await readGradients(program, model);
  program.destroy();

  const run = (input: Var, variables: Record<string, Var>) =>
    add(
      convolution(input, variables["conv3d1.weight"]!, { stride, padding }),
      variables["conv3d1.bias"]!,
    );
  const parameters = Object.fromEntries(
    model.parameters.map((
      { label, shape },
    ) => [label, constant(values[label]!, shape)]),
  );
  const input = variable(x, shape);
  const z = run(input, parameters);
  backward(halfSquaredNorm64(z));
  const checked = checkGradients(
    model,
    (variables) => halfSquaredNorm64(run(constant(x, shape), variables)),
    { values, gradients },
  );
  const error = (actual: Float32Array, expected: Float64Array) =>
    relativeError(actual, expected, { floor: largest(expected) }).error;
  const sides = (sizes: readonly number[]) => sizes.join(" × ");
  return {
    image: sides([...image, inputs]),
    kernel: sides(kernel),
    stride: sides(stride),
    output: sides(model.output.shape),
    forward: error(output, z.value),
    dInput: error(dX, input.grad),
    dParameters: Math.max(...checked.map(({ reverse }) => reverse)),
    central: Math.max(...checked.map(({ central }) => central)),
  };
}
