import type { Work } from "../contender.ts";
import type { Tensor, TensorFlow } from "./tfjs_types.ts";

/**
 * An operation of TensorFlow.js to be timed.
 *
 * @param options.compute Makes one result
 * @param options.sample What of a result is compared
 */
export function repeatedly(tf: TensorFlow, { compute, sample, operands }: {
  compute: () => Tensor;
  sample: (values: Float32Array) => number[];
  operands: readonly Tensor[];
}): Work {
  return {
    async values() {
      const result = compute();
      const values = sample(await result.data());
      result.dispose();
      return values;
    },
    async run(n) {
      for (let i = 1; i < n; i++) compute().dispose();
      const last = compute();
      // Reading one entry of the last result waits for all of them.
      const corner = tf.slice(
        last,
        last.shape.map(() => 0),
        last.shape.map(() => 1),
      );
      await corner.data();
      corner.dispose();
      last.dispose();
    },
    close() {
      for (const operand of operands) operand.dispose();
    },
  };
}
