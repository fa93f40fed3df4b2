/** First values of what a program keeps between steps. */
import { NablaError } from "../core/errors.ts";
import type { Widths } from "../core/plan.ts";
import { TorchRandom } from "../core/random.ts";
import type { Program } from "../gpu/mod.ts";
import type { Graph } from "../nn/graph.ts";
import { initialParameters, initialStates } from "../nn/plan.ts";
import { checkWidths, initialNarrowParameters } from "../nn/planner/widths.ts";

/**
 * Draws and writes the parameters of every replica: those of the first from
 * `random`, as PyTorch would after `manual_seed(seed)`, those of replica r from a
 * generator seeded with `seed + r`. What layers keep besides, as the statistics
 * of batch normalization, starts alike in every replica.
 *
 * @param options.widths Units of each hidden layer that every replica has: it draws what a model so narrow would draw, and the rest is zero, where it stays. Default: the plan's
 * @throws {RangeError} If the model cannot have these widths
 * @throws {NablaError} If the plan has others
 */
export function initialize(
  program: Program,
  model: Graph,
  { random, seed, widths }: {
    random: TorchRandom;
    seed: number;
    widths?: Widths;
  },
): void {
  const narrow = widthsOf(program, model, widths);
  const replicas = Array.from({ length: program.plan.replicas }, (_, r) => {
    const own = r === 0 ? random : new TorchRandom((seed + r) % 2 ** 32);
    return narrow
      ? initialNarrowParameters(model, own, narrow[r]!)
      : initialParameters(model, own);
  });
  for (const [label, { length }] of Object.entries(replicas[0]!)) {
    const all = new Float32Array(length * replicas.length);
    replicas.forEach((values, r) => all.set(values[label]!, r * length));
    program.write(label, all);
  }
  for (const [label, values] of Object.entries(initialStates(model))) {
    const copies = replicas.flatMap(() => [...values]);
    program.write(label, Float32Array.from(copies));
  }
}

/** The widths to draw, checked; none if all replicas have all units. */
function widthsOf(
  { plan: { name, replicas, widths } }: Program,
  model: Graph,
  given: Widths | undefined,
): Widths | undefined {
  if (!given) return widths;
  if (widths && JSON.stringify(widths) !== JSON.stringify(given)) {
    throw new NablaError(
      `Cannot initialize ${name} with widths that its plan does not have: it skips other units; leave them to the plan`,
    );
  }
  checkWidths(model, given, { action: `initialize ${name}`, replicas });
  return given;
}
