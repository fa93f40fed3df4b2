/**
 * Merges ops that touch the same numbers one after the other, so that a number
 * is finished while it is still in a register:
 *
 *   product → activation            dense and its activation, forward
 *   product → ⊙ derivative          the same, backward
 *   product or column sum → update  a gradient and the optimizer's step
 *
 * An op is merged into the one that writes its input if nothing else reads that
 * input, if nothing in between reads what the merged op changes, and if both
 * together bind no more buffers than the device allows. An update that clips
 * its gradient needs the norm of all of them first, so it stays on its own, as
 * does one that scales it.
 */
import type { Target } from "../../core/plan.ts";
import {
  type ColumnSumOp,
  type GemmOp,
  type Op,
  reads,
  writes,
} from "../op/ops.ts";
import type { Value } from "../op/value.ts";

/** Returns the ops with every possible merge done, in order. */
export function fuse(
  ops: readonly Op[],
  target: Pick<Target, "maxStorageBuffers">,
): Op[] {
  const result: (Op | null)[] = [...ops];
  for (let second = 0; second < result.length; second++) {
    const input = mergeableInput(result[second]);
    if (!input || input.role !== "scratch") continue;
    const first = lastWriter(result, input, second);
    const producer = result[first];
    if (!producer || readersOf(result, input, producer) !== 1) continue;
    const merged = merge(producer, result[second]!);
    if (!merged || !mayMoveUp(result, first, second)) continue;
    if (buffersOf(merged) > target.maxStorageBuffers) continue;
    result[first] = merged;
    result[second] = null;
  }
  return result.filter((op) => op !== null);
}

/** The value that an op only needs to finish, if it is of a kind that can be merged. */
function mergeableInput(op: Op | null | undefined): Value | null {
  if (op?.kind === "activation") return op.x;
  if (op?.kind === "derivative") return op.dY;
  if (op?.kind === "update") {
    return op.clip || op.scale !== undefined ? null : op.gradient;
  }
  return null;
}

function lastWriter(
  ops: readonly (Op | null)[],
  value: Value,
  before: number,
): number {
  for (let i = before - 1; i >= 0; i--) {
    const op = ops[i];
    if (op && writes(op).includes(value)) return i;
  }
  return -1;
}

/** Ops that read `value`; its writers that only add to it do not count. */
function readersOf(
  ops: readonly (Op | null)[],
  value: Value,
  producer: Op,
): number {
  return ops.filter((op) =>
    op && op !== producer && reads(op).includes(value) &&
    !writes(op).includes(value)
  ).length;
}

/** Buffers that an op binds. */
function buffersOf(op: Op): number {
  return new Set([...reads(op), ...writes(op)]).size;
}

/** Whether no op between the two reads or writes what the second changes, or writes what it reads. */
function mayMoveUp(
  ops: readonly (Op | null)[],
  first: number,
  second: number,
): boolean {
  const moved = ops[second]!;
  const changed = writes(moved);
  const needed = reads(moved);
  const producer = ops[first]!;
  return !changed.some((value) => reads(producer).includes(value)) &&
    ops.slice(first + 1, second).every((op) =>
      !op ||
      (!changed.some((v) => reads(op).includes(v) || writes(op).includes(v)) &&
        !needed.some((v) => writes(op).includes(v)))
    );
}

function merge(first: Op, second: Op): GemmOp | ColumnSumOp | null {
  if (first.kind === "columnSum" && !first.update && second.kind === "update") {
    return {
      ...first,
      label: `${first.label} + update`,
      update: second.update,
    };
  }
  if (first.kind !== "gemm" || first.update) return null;
  const plain = !first.activation && !first.derivative;
  switch (second.kind) {
    case "activation":
      return plain && !first.accumulate
        ? {
          ...first,
          label: `${first.label} + ${second.activation.name}`,
          c: second.y,
          activation: second.activation,
        }
        : null;
    case "derivative":
      return plain && !first.accumulate
        ? {
          ...first,
          label: `${first.label} + ${second.activation.name}′`,
          c: second.dX,
          derivative: { activation: second.activation, output: second.y },
          accumulate: second.accumulate,
        }
        : null;
    case "update":
      return plain
        ? { ...first, label: `${first.label} + update`, update: second.update }
        : null;
    default:
      return null;
  }
}
