import type { Work } from "../contender.ts";
import { sampleEntries } from "../entries.ts";
import type { Jax, Value } from "../peers/jax_types.ts";
import { repeatedly } from "../peers/jax_runs.ts";
import { type Gemm, gemmOperands } from "./workload.ts";

/** Opens a product on jax-js. */
export function openGemm(jax: Jax, workload: Gemm): Work {
  const { layout, size } = workload;
  const { left, right } = gemmOperands(workload);
  const a = jax.numpy.array(left, { shape: [size, size] });
  const b = jax.numpy.array(right, { shape: [size, size] });
  const product = jax.jit((a: Value, b: Value) =>
    jax.numpy.matmul(
      layout === "TN" ? a.transpose() : a,
      layout === "NT" ? b.transpose() : b,
    )
  );
  return repeatedly(jax, {
    compute: () => product(a.ref, b.ref),
    sample: sampleEntries,
    operands: [a, b],
  });
}
