import type { Dispatch, Plan, Target } from "../core/plan.ts";
import { fuse } from "./fuse.ts";
import { checkLimits } from "./limits.ts";
import { bytesOf, type Draft } from "./lower/draft.ts";
import { lower } from "./lower/mod.ts";
import { allocate } from "./memory.ts";
import type { Op } from "./ops.ts";
import type { Value } from "./value.ts";

/**
 * Ops → plan: merges them, chooses kernels, gives out memory.
 *
 * @param options.extra Values that get memory even if no op uses them
 * @throws {RangeError} If two tensors have one name
 * @throws {NablaError} If a limit of the target is passed
 */
export function assemble(
  ops: readonly Op[],
  { target, extra, ...plan }:
    & Pick<Plan, "name" | "batch" | "replicas" | "parameters">
    & { target: Target; extra: readonly Value[] },
): Plan {
  const { replicas } = plan;
  const drafts = lower(fuse(ops, target), { target, replicas });
  const { tensors, buffers, ids } = allocate(drafts, { replicas, extra });
  const assembled = {
    ...plan,
    tensors,
    buffers,
    dispatches: drafts.map((draft) => dispatch(draft, ids, replicas)),
  };
  checkLimits(assembled, target);
  return assembled;
}

function dispatch(
  { bindings, ...draft }: Draft,
  ids: ReadonlyMap<Value, number>,
  replicas: number,
): Dispatch {
  const bound = new Set(bindings.map(({ value }) => value));
  return {
    ...draft,
    bindings: bindings.map(({ value, ...binding }) => ({
      ...binding,
      tensor: ids.get(value)!,
    })),
    bytes: [...bound].reduce((sum, value) => sum + bytesOf(value, replicas), 0),
  };
}
