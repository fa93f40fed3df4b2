/** First values of what a program keeps between steps. */
import { TorchRandom } from "../core/random.ts";
import type { Program } from "../gpu/mod.ts";
import type { Graph } from "../nn/graph.ts";
import { initialParameters, initialStates } from "../nn/plan.ts";

/**
 * Draws and writes the parameters of every replica: those of the first from
 * `random`, as PyTorch would after `manual_seed(seed)`, those of replica r from a
 * generator seeded with `seed + r`. What layers keep besides, as the statistics
 * of batch normalization, starts alike in every replica.
 */
export function initialize(
  program: Program,
  model: Graph,
  { random, seed }: { random: TorchRandom; seed: number },
): void {
  const replicas = Array.from(
    { length: program.plan.replicas },
    (_, r) =>
      initialParameters(
        model,
        r === 0 ? random : new TorchRandom((seed + r) % 2 ** 32),
      ),
  );
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
