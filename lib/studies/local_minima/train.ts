/** The networks that learn, the teacher they learn from, and the runs. */
import type { Plan } from "../../core/plan.ts";
import type { TorchRandom } from "../../core/random.ts";
import type { Network } from "./sections/network.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { tanh } from "../../nn/layers/tanh.ts";
import { arrayBatches } from "../../train/batches.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { fit } from "../../train/fit.ts";
import { initialize } from "../../train/initialize.ts";
import { type Points, readNetworks } from "./probe.ts";

/** How the runs learn. */
export interface Training {
  readonly units: number;
  readonly examples: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly steps: number;
}

/** Points of the learning curves. */
const curvePoints = 64;

/** Two inputs, a layer of tanh units, one output. */
export function modelOf({ units }: Pick<Training, "units">): Graph {
  return sequential([2], [
    dense({ units }),
    tanh(),
    dense({ units: 1 }),
  ]);
}

/** `count` normally distributed points and what the teacher, a network of the same size, says there. */
export function drawPoints(
  random: TorchRandom,
  { units }: Pick<Training, "units">,
  count: number,
): Points {
  const x = random.randn(2 * count);
  const target = new Float32Array(count);
  for (let point = 0; point < count; point++) {
    const [first, second] = [x[2 * point]!, x[2 * point + 1]!];
    for (let unit = 0; unit < units; unit++) {
      // Directions that are evenly spread, with weights and biases of both signs.
      const angle = Math.PI * unit / units;
      const along = Math.cos(angle) * first + Math.sin(angle) * second;
      const bias = unit % 2 ? -0.6 : 0.6;
      const top = [1, 1.2, -1, 0.8][unit % 4]!;
      target[point]! += top * Math.tanh(2 * along + bias);
    }
  }
  return { x, target };
}

/** What training leaves: the networks, and the losses of all runs on a batch now and then. */
export interface Trained {
  readonly networks: Network[];
  readonly curves: readonly { step: number; loss: number[] }[];
}

/** Trains all runs until their steps are done. */
export async function train(
  ctx: ExperimentContext<Training>,
  plan: Plan,
  random: TorchRandom,
): Promise<Trained> {
  const { config, gpu, seed } = ctx;
  const { examples, learningRate, steps } = config;
  const { x, target } = drawPoints(random, config, examples);
  const program = await gpu.compile(plan);
  initialize(program, modelOf(config), { random, seed });
  const every = Math.ceil(steps / curvePoints);
  const isShown = (step: number) => step % every === 0 || step === steps - 1;
  const notes = { curves: [] as { step: number; loss: number[] }[] };
  await fit(ctx, {
    program,
    source: arrayBatches({
      x: { shape: [examples, 2], data: x },
      target: { shape: [examples, 1], data: target },
    }),
    random,
    steps,
    learningRate,
    recorded: isShown,
    notes,
    onStep(step, { loss }) {
      if (isShown(step)) notes.curves.push({ step, loss: Array.from(loss!) });
    },
    // A run that is lost is one that does not arrive.
    nonFinite: "continue",
  });
  return { networks: await readNetworks(program), curves: notes.curves };
}
