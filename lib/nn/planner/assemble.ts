import type { Dispatch, Plan, Target } from "../../core/plan.ts";
import { sizeOf } from "../../core/shape.ts";
import { fuse } from "./fuse.ts";
import { checkLimits } from "./limits.ts";
import { bytesOf, type Draft } from "./lower/draft.ts";
import { lower } from "./lower/mod.ts";
import { allocate } from "./memory.ts";
import type { Op } from "../op/ops.ts";
import type { Value } from "../op/value.ts";

/** What a plan is besides its dispatches, and what they need. */
export type AssembleOptions =
  & Omit<Plan, "tensors" | "buffers" | "dispatches">
  & {
    readonly target: Target;
    /** Values that get memory even if nothing uses them. */
    readonly extra: readonly Value[];
  };

/**
 * Ops → plan, layer by layer: merges them, chooses kernels, gives out memory.
 *
 * @throws {RangeError} If two tensors have one name
 * @throws {NablaError} If a limit of the target is passed
 */
export function assemble(
  ops: readonly Op[],
  options: AssembleOptions,
): Plan {
  const { target, replicas } = options;
  const drafts = fuse(ops, target).flatMap((op) =>
    lower([op], { target, replicas }).map((draft, i) => ({
      ...draft,
      layer: op.layer,
      pass: op.pass,
      // Further dispatches of a product only add up its parts.
      products: i === 0 ? replicas * productsOf(op) : 0,
    }))
  );
  return assembleDrafts(drafts, options);
}

/**
 * Drafts → plan: gives out memory.
 *
 * @throws {RangeError} If two tensors have one name
 * @throws {NablaError} If a limit of the target is passed
 */
export function assembleDrafts(
  drafts: readonly Draft[],
  { target, extra, ...plan }: AssembleOptions,
): Plan {
  const { replicas } = plan;
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
    bindings: bindings.map(({ value, together, ...binding }) => ({
      ...binding,
      tensor: ids.get(value)!,
      ...(together && { whole: true }),
    })),
    bytes: draft.parts?.reduce((sum, { bytes }) => sum + bytes, 0) ??
      [...bound].reduce((sum, value) => sum + bytesOf(value, replicas), 0),
  };
}
