/** A training step in plain loops that counts every operation it does. */
import type { EvenNetwork } from "../../../math/network_cost.ts";
import { widthsOf } from "../../../math/network_cost.ts";
import type { Random } from "../../../math/random.ts";

/** A network and a batch. */
export interface Setting extends EvenNetwork {
  /** M, examples. */
  readonly batch: number;
}

/** Operations of a step by kind, and the numbers that it holds. */
export interface Counts {
  /** Products of numbers, forward. */
  readonly forward: number;
  /** The same in the gradients of weights. */
  readonly weightGradients: number;
  /** The same in what is passed down. */
  readonly passedDown: number;
  /** Evaluations of ψ. */
  readonly activations: number;
  /** Products with ψ′. */
  readonly slopes: number;
  /** Differences and scalings that make the top signal of the MSE. */
  readonly errors: number;
  /** Weights and biases that were used. */
  readonly parameters: number;
  /** Outputs of hidden layers that the way back reads. */
  readonly kept: number;
}

/** Sizes small enough to run, all different enough to tell apart. */
export function drawSetting(random: Random): Setting {
  return {
    inputs: random.integer(2, 7),
    hidden: random.integer(2, 5),
    units: random.integer(2, 7),
    outputs: random.integer(2, 5),
    batch: random.integer(2, 6),
  };
}

/** Goes through a step, example by example, sum by sum. */
export function sweep({ batch, ...network }: Setting): Counts {
  const widths = widthsOf(network);
  const top = widths.length - 1;
  const used = new Set<string>();
  const kept = new Set<string>();
  const count = {
    ...{ forward: 0, weightGradients: 0, passedDown: 0 },
    ...{ activations: 0, slopes: 0, errors: 0 },
  };
  for (let example = 0; example < batch; example++) {
    for (let layer = 1; layer <= top; layer++) {
      for (let unit = 0; unit < widths[layer]!; unit++) {
        used.add(`b ${layer} ${unit}`);
        for (let input = 0; input < widths[layer - 1]!; input++) {
          used.add(`W ${layer} ${unit} ${input}`);
          count.forward++;
        }
        if (layer < top) count.activations++;
      }
    }
    // ŷ − y, and times the 2 of the square.
    count.errors += 2 * widths[top]!;
    for (let layer = top; layer >= 1; layer--) {
      for (let input = 0; input < widths[layer - 1]!; input++) {
        for (let unit = 0; unit < widths[layer]!; unit++) {
          count.weightGradients++;
          if (layer > 1) count.passedDown++;
        }
        if (layer > 1) {
          kept.add(`h ${example} ${layer - 1} ${input}`);
          count.slopes++;
        }
      }
    }
  }
  return { ...count, parameters: used.size, kept: kept.size };
}
