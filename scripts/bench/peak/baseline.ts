import type { Baseline } from "../section.ts";

/** The adapter's own arithmetic, with no memory and no waiting; its process checks its sums and gives the FLOPs of a run. */
export const peakBaseline: Baseline = {
  contender: "peak",
  workload: { kind: "peak", name: "peak" },
  constant: true,
  work: ([flops]) => flops!,
};
