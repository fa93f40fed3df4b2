/** Networks with given weights on the GPU: sawtooths, and two units without biases. */
import type { Plan, Target } from "../../core/plan.ts";
import { absoluteNetwork, identityNetwork } from "./sections/no_bias.ts";
import { countKinks } from "../../math/kinks.ts";
import { mostKinks, sawtooth } from "../../math/sawtooth.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { outputPlan, outputsOnGpu } from "../support/relu_networks.ts";

/** Config of the given networks. */
export interface GivenConfig {
  readonly mostLayers: number;
}

/** Units per hidden layer of the sawtooths: the fewest that attain the bound. */
const WIDTH = 3;

/** Points per unit of x; every kink of a sawtooth of up to five layers is a multiple of 2⁻¹¹. */
const PER_UNIT = 4096;

const grid = Float32Array.from(
  { length: 2 * PER_UNIT + 1 },
  (_, i) => i / PER_UNIT - 1,
);

/** From −5 to 5 in steps of ¼. */
const wide = Float32Array.from({ length: 41 }, (_, i) => i / 4 - 5);

const sawtoothName = (layers: number) => `sawtooth, ${layers} layers`;
const noBiasName = "two units without biases";

const layersOf = ({ mostLayers }: GivenConfig) =>
  Array.from({ length: mostLayers - 1 }, (_, i) => i + 2);

/** The plans of all given networks by name. */
export function givenPlans(
  config: GivenConfig,
  target: Target,
): Record<string, Plan> {
  const sawtooths = layersOf(config).map((layers) => {
    const name = sawtoothName(layers);
    const network = sawtooth(WIDTH, layers);
    return [
      name,
      outputPlan({ name, network, batch: grid.length, target }),
    ] as const;
  });
  const noBias = outputPlan({
    ...{ name: noBiasName, network: identityNetwork },
    ...{ batch: wide.length, target },
  });
  return { ...Object.fromEntries(sawtooths), [noBiasName]: noBias };
}

/** Points of a grid at which three outputs in a row do not lie on a line. */
function bendsOf(y: Float32Array): number {
  let count = 0;
  for (let i = 1; i < y.length - 1; i++) {
    if (y[i - 1]! - 2 * y[i]! + y[i + 1]! !== 0) count++;
  }
  return count;
}

/** A sawtooth: its kinks by formula, counted from its weights, and seen in what the GPU computes. */
export interface Counted {
  readonly layers: number;
  readonly "hidden units": number;
  readonly "(k + 1)^(l − 1) − 1": number;
  readonly "from the weights": number;
  readonly "in the GPU's outputs": number;
}

/** Evaluates the given networks on the GPU and records what they do. */
export async function measureGiven(
  ctx: ExperimentContext<GivenConfig>,
  plans: Readonly<Record<string, Plan>>,
): Promise<void> {
  const counted: Counted[] = [];
  for (const layers of layersOf(ctx.config)) {
    const program = await ctx.gpu.compile(plans[sawtoothName(layers)]!);
    const network = sawtooth(WIDTH, layers);
    const outputs = await outputsOnGpu(program, {
      networks: [network],
      x: grid,
    });
    program.destroy();
    const hidden = WIDTH * (layers - 1);
    const bends = bendsOf(outputs);
    counted.push({
      layers,
      "hidden units": hidden,
      "(k + 1)^(l − 1) − 1": mostKinks(WIDTH, layers),
      "from the weights": countKinks(network),
      "in the GPU's outputs": bends,
    });
    ctx.record("units.deep", layers - 1, hidden);
    ctx.record("kinks.deep", layers - 1, bends);
    ctx.record("kinks.wide", layers - 1, countKinks(sawtooth(hidden, 2)));
  }
  ctx.result("sawtooths", counted);
  const program = await ctx.gpu.compile(plans[noBiasName]!);
  const drawn = { linear: identityNetwork, convex: absoluteNetwork };
  for (const [name, network] of Object.entries(drawn)) {
    const outputs = await outputsOnGpu(program, {
      networks: [network],
      x: wide,
    });
    outputs.forEach((y, i) => ctx.record(`noBias.${name}`, i, y));
  }
  wide.forEach((x, i) => ctx.record("noBias.x", i, x));
  program.destroy();
}
