import type { Work } from "../contender.ts";
import type { Jax, Value } from "./jax_types.ts";

/**
 * An operation of jax-js to be timed.
 *
 * @param options.compute Takes references to its operands and queues one run
 * @param options.sample What of a result is compared
 */
export function repeatedly(jax: Jax, { compute, sample, operands }: {
  compute: () => Value;
  sample: (values: Float32Array) => number[];
  operands: readonly Value[];
}): Work {
  return {
    values: async () => sample(await compute().data()),
    // Work is queued until somebody waits, and dropped with its result, so
    // every result is kept and waited for.
    async run(n) {
      const results = Array.from({ length: n }, compute);
      await jax.blockUntilReady(results);
      for (const result of results) result.dispose();
    },
    close() {
      for (const operand of operands) operand.dispose();
    },
  };
}
