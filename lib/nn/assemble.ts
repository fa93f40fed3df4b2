import type { Dispatch, Plan, Target } from "../core/plan.ts";
import { sizeOf } from "../core/shape.ts";
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
    & Pick<Plan, "name" | "batch" | "replicas" | "parameters" | "layers">
    & { target: Target; extra: readonly Value[] },
): Plan {
  const { replicas } = plan;
  const drafts = fuse(ops, target).flatMap((op) =>
    lower([op], { target, replicas }).map((draft, i) => ({
      ...draft,
      layer: op.layer,
      pass: op.pass,
      // Further dispatches of a product only add up its parts.
      products: i === 0 ? replicas * productsOf(op) : 0,
    }))
  );
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

/** Multiplications of one replica's matrix product or convolution. */
function productsOf(op: Op): number {
  if (op.kind !== "gemm") return 0;
  return op.m * op.n * op.k * sizeOf(op.window?.kernel ?? []);
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
