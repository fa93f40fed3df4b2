/** ReLU networks as models, and as the numbers that a program holds. */
import type { Plan, Target } from "../../core/plan.ts";
import type { Program } from "../../gpu/mod.ts";
import type { ReluNetwork } from "../../math/relu_network.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { buildPlan } from "../../nn/plan.ts";
import { relu } from "../../nn/layers/relu.ts";

/** The model of a ReLU network with layers of these widths, from input to output, as in `[1, 8, 1]`; its affine maps are dense1, dense2, … */
export function modelOf(widths: readonly number[]): Graph {
  const [inputs, ...layers] = widths;
  return sequential([inputs!], [
    ...layers.slice(0, -1).flatMap((units) => [dense({ units }), relu()]),
    dense({ units: layers.at(-1)! }),
  ]);
}

/** Widths of a network, from input to output. */
export function widthsOf(network: ReluNetwork): number[] {
  return [
    network[0]!.weight[0]!.length,
    ...network.map(({ bias }) => bias.length),
  ];
}

/** The plan that computes the outputs of networks shaped as `network`, of one if not told otherwise, for `batch` inputs. */
export function outputPlan(
  { network, ...options }: {
    name: string;
    network: ReluNetwork;
    batch: number;
    replicas?: number;
    target: Target;
  },
): Plan {
  return buildPlan({ ...options, model: modelOf(widthsOf(network)) });
}

const weightOf = (layer: number) => `dense${layer + 1}.weight`;
const biasOf = (layer: number) => `dense${layer + 1}.bias`;

/** The networks of all replicas of a program. */
export async function readNetworks(
  program: Program,
  widths: readonly number[],
): Promise<ReluNetwork[]> {
  const layers = await Promise.all(
    widths.slice(0, -1).map(async (inputs, i) => ({
      inputs,
      weight: await program.read(weightOf(i)),
      bias: await program.read(biasOf(i)),
    })),
  );
  const { replicas } = program.plan;
  return Array.from(
    { length: replicas },
    (_, r) =>
      layers.map(({ inputs, weight, bias }) => {
        const units = bias.length / replicas;
        const rows = Array.from({ length: units }, (_, unit) => {
          const first = (r * units + unit) * inputs;
          return [...weight.subarray(first, first + inputs)];
        });
        return {
          weight: rows,
          bias: [...bias.subarray(r * units, (r + 1) * units)],
        };
      }),
  );
}

/** Gives each replica of a program the numbers of its network. */
export function writeNetworks(
  program: Program,
  networks: readonly ReluNetwork[],
): void {
  networks[0]!.forEach((_, i) => {
    const layers = networks.map((network) => network[i]!);
    const weights = layers.flatMap(({ weight }) => weight.flat());
    const biases = layers.flatMap(({ bias }) => bias);
    program.write(weightOf(i), Float32Array.from(weights));
    program.write(biasOf(i), Float32Array.from(biases));
  });
}

/** The outputs of networks of one output, one per replica, computed on the GPU: [replicas, batch]; `x` holds as many inputs as the plan's batch. */
export async function outputsOnGpu(
  program: Program,
  { networks, x }: { networks: readonly ReluNetwork[]; x: Float32Array },
): Promise<Float32Array> {
  writeNetworks(program, networks);
  const examples = Uint32Array.of(program.plan.batch);
  await program.submit([{ x, examples }]);
  return await program.read(`dense${networks[0]!.length}.output`);
}
