/** ReLU networks as models, and as the numbers that a program holds. */
import type { Plan, Target } from "../../../lib/core/plan.ts";
import type { Program } from "../../../lib/gpu/mod.ts";
import type { ReluNetwork } from "../../../lib/math/relu_network.ts";
import { dense } from "../../../lib/nn/dense.ts";
import { type Graph, sequential } from "../../../lib/nn/graph.ts";
import { buildPlan } from "../../../lib/nn/plan.ts";
import { relu } from "../../../lib/nn/relu.ts";

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

/** The plan that computes the outputs of one network for `batch` inputs. */
export function outputPlan(
  { name, network, batch, target }: {
    name: string;
    network: ReluNetwork;
    batch: number;
    target: Target;
  },
): Plan {
  return buildPlan({ name, model: modelOf(widthsOf(network)), batch, target });
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

/** Gives a program of one replica the numbers of a network. */
export function writeNetwork(program: Program, network: ReluNetwork): void {
  network.forEach(({ weight, bias }, i) => {
    program.write(weightOf(i), Float32Array.from(weight.flat()));
    program.write(biasOf(i), Float32Array.from(bias));
  });
}

/** The outputs of a network of one output, computed on the GPU; `x` holds as many inputs as the plan's batch. */
export async function outputsOnGpu(
  program: Program,
  { network, x }: { network: ReluNetwork; x: Float32Array },
): Promise<Float32Array> {
  writeNetwork(program, network);
  const examples = Uint32Array.of(program.plan.batch);
  await program.submit([{ x, examples }]);
  return await program.read(`dense${network.length}.output`);
}
