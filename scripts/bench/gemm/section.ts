import { sampledEntries } from "../entries.ts";
import { peakBaseline } from "../peak/baseline.ts";
import {
  type Baseline,
  compareSums,
  GFLOPS,
  type Section,
} from "../section.ts";
import { type Gemm, gemmOf, gemmOperands, type Layout } from "./workload.ts";

const layouts: readonly Layout[] = ["NT", "NN", "TN"];
const sizes = [512, 768, 1024];

/** Error of a product, relative to its largest entry: float32 sums of up to 1024 terms that cancel. */
const TOLERANCE = 1e-5;

/** Matrix products. */
export const gemm: Section<Gemm> = {
  name: "gemm",
  summary: "matrix products in the three layouts of a dense layer",
  usual: true,
  unit: GFLOPS,
  against: ["jax-js-webgpu", "tfjs-webgpu", "jax-js-wasm", "tfjs-wasm"],
  workloads: layouts.flatMap((layout) =>
    sizes.map((size) => gemmOf(layout, size))
  ),
  work: ({ size }) => 2 * size ** 3,
  expected: product,
  compare: (values, expected) => compareSums(values, expected, TOLERANCE),
  floors: () => [
    { kind: "fraction", of: "peak", least: 0.35 },
    { kind: "times", against: "jax-js-webgpu", least: 8 },
    { kind: "times", against: "tfjs-webgpu", least: 8 },
  ],
  baselines: () => [peakBaseline],
};

/** Nabla's own product as what another workload is measured against. */
export function gemmBaseline(workload: Gemm): Baseline {
  return {
    contender: "gemm",
    workload,
    constant: false,
    work(values) {
      const { error, holds } = gemm.compare(values, gemm.expected(workload));
      if (holds) return gemm.work(workload);
      throw new Error(`wrong values: relative error ${error.toExponential(1)}`);
    },
  };
}

/** Compared entries of the product, in float64. */
function product(gemm: Gemm): number[] {
  const { layout, size } = gemm;
  const { left, right } = gemmOperands(gemm);
  return sampledEntries(size * size).map((entry) => {
    const row = Math.floor(entry / size);
    const column = entry % size;
    let sum = 0;
    for (let k = 0; k < size; k++) {
      const a = layout === "TN" ? k * size + row : row * size + k;
      const b = layout === "NT" ? column * size + k : k * size + column;
      sum += left[a]! * right[b]!;
    }
    return sum;
  });
}
