/** The kernel that measures an adapter's own arithmetic peak, as a plan. */
import type { Plan, Target, Tensor } from "../../../lib/core/plan.ts";
import { keptBytes } from "../../../lib/train/timing/isolate.ts";
import code from "./peak.wgsl" with { type: "text" };

const CHAINS = 12;
const LINKS = 8;
const TURNS = 1000;
const WORKGROUPS = 4096;

/** What every invocation must end with: 0 + … + 11 and one per link and turn. */
export const PEAK_VALUE = CHAINS * (CHAINS - 1) / 2 + CHAINS * LINKS * TURNS;

/**
 * Workgroups of 8 where a subgroup has 8 lanes, as on CPU adapters, and of 64
 * elsewhere, so that no lane of a wider subgroup idles.
 */
export function peakPlan(target: Pick<Target, "subgroupSize">): Plan {
  const lanes = target.subgroupSize === 8 ? 8 : 64;
  const invocations = WORKGROUPS * lanes;
  const tensor = (id: number, label: string, size: number): Tensor => ({
    id,
    label,
    role: "state",
    type: "f32",
    shape: [size],
    replicas: 1,
    buffer: id,
    offset: 0,
  });
  return {
    name: "peak",
    replicas: 1,
    batch: 1,
    training: false,
    parameters: 0,
    tensors: [tensor(0, "factors", 2), tensor(1, "sums", invocations)],
    buffers: [
      { kind: "kept", bytes: keptBytes(2) },
      { kind: "kept", bytes: keptBytes(invocations) },
    ],
    dispatches: [{
      label: "peak",
      kernel: {
        file: "peak.wgsl",
        variant: `${lanes} lanes`,
        entry: "main",
        pieces: [{ file: "peak.wgsl", line: 0 }],
        code,
        constants: { lanes },
      },
      bindings: [
        { name: "factors", index: 0, tensor: 0, access: "read" },
        { name: "sums", index: 1, tensor: 1, access: "read_write" },
      ],
      sizes: { index: 2, words: [TURNS] },
      grid: [WORKGROUPS, 1, 1],
      flops: 2 * CHAINS * LINKS * TURNS * invocations,
      bytes: 8 + 4 * invocations,
      iterations: TURNS,
    }],
  };
}
