import type { Work } from "../contender.ts";
import { sampleEntries } from "../entries.ts";
import { repeatedly } from "../peers/tfjs_runs.ts";
import type { TensorFlow } from "../peers/tfjs_types.ts";
import { type Gemm, gemmOperands } from "./workload.ts";

/** Opens a product on TensorFlow.js. */
export function openGemm(tf: TensorFlow, workload: Gemm): Work {
  const { layout, size } = workload;
  const { left, right } = gemmOperands(workload);
  const a = tf.tensor(left, [size, size]);
  const b = tf.tensor(right, [size, size]);
  // Transposing first and multiplying plainly is faster than the flags of
  // matMul: 10 times on wasm, 2.5 times for NT on WebGPU.
  const compute = () => {
    if (layout === "NN") return tf.matMul(a, b);
    const turned = tf.transpose(layout === "TN" ? a : b);
    const result = layout === "TN"
      ? tf.matMul(turned, b)
      : tf.matMul(a, turned);
    turned.dispose();
    return result;
  };
  return repeatedly(tf, { compute, sample: sampleEntries, operands: [a, b] });
}
