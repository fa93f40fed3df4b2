/** Products of two square matrices, as the three passes of a dense layer need them. */
import { TorchRandom } from "../../../lib/core/random.ts";

/** `NT` is X·Wᵀ (forward), `NN` is dY·W (gradient of the input), `TN` is dYᵀ·X (gradient of the weight). */
export type Layout = "NT" | "NN" | "TN";

/** One product of two square matrices, `size` × `size`. */
export interface Gemm {
  readonly kind: "gemm";
  readonly name: string;
  readonly layout: Layout;
  readonly size: number;
}

/** The product that is called `gemm-nt-512` and the like. */
export function gemmOf(layout: Layout, size: number): Gemm {
  const name = `gemm-${layout.toLowerCase()}-${size}`;
  return { kind: "gemm", name, layout, size };
}

/** Both operands of a product as they lie in memory, row-major, uniform in [−½, ½). */
export function gemmOperands(
  { size }: Gemm,
): { left: Float32Array; right: Float32Array } {
  const random = new TorchRandom(1);
  return {
    left: random.uniform(size * size, -0.5, 0.5),
    right: random.uniform(size * size, -0.5, 0.5),
  };
}
