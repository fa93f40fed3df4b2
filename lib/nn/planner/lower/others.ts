/**
 * Lowering of everything but matrix products: one WGSL file and entry each.
 */
import { fileName } from "../../../../shaders/mod.ts";
import { sizeOf } from "../../../core/shape.ts";
import { acrossOf, cellsOf, cellwise, EACH } from "../../op/cells.ts";
import type {
  ActivationOp,
  ColumnSumOp,
  DerivativeOp,
  GemmOp,
  KernelOp,
  Op,
  UpdateOp,
} from "../../op/ops.ts";
import { type Gradient, type Value, value } from "../../op/value.ts";
import {
  boundKernel,
  type Draft,
  foldedGrid,
  type LowerOptions,
} from "./draft.ts";
import { epilogue, finishing } from "./epilogue.ts";
import {
  type Declaration,
  declare,
  generated,
  join,
} from "../../op/kernel_text.ts";

type Buffer = Omit<Declaration, "element">;

const read = (values: Readonly<Record<string, Value>>): Buffer[] =>
  Object.entries(values).map(([name, value]) => ({
    name,
    value,
    access: "read",
  }));
const write = (values: Readonly<Record<string, Value>>): Buffer[] =>
  Object.entries(values).map(([name, value]) => ({
    name,
    value,
    access: "read_write",
  }));

/** Anything but a matrix product. */
export function lowerOther(
  op: Exclude<Op, GemmOp>,
  options: LowerOptions,
): Draft[] {
  switch (op.kind) {
    case "columnSum":
      return lowerColumnSum(op, options);
    case "activation":
    case "derivative":
      return lowerActivation(op, options);
    case "update":
      return lowerUpdate(op, options);
    case "kernel":
      return lowerKernel(op, options);
  }
}

/** An entry point of a WGSL file as it is, after copies of what it cannot share; or what it is split into. */
function lowerKernel(
  op: KernelOp,
  options: LowerOptions,
): Draft[] {
  if (op.split) return op.split.flatMap((part) => lowerOther(part, options));
  const { reads, copies } = unshare(op, options.replicas);
  return [
    ...copies.map((copy) => kernelDraft(copy, options)),
    kernelDraft({ ...op, reads }, options),
  ];
}

/** Kernels over cells see all replicas as one row: what replicas share is copied to each first. */
function unshare(
  op: KernelOp,
  replicas: number,
): { reads: Record<string, Value>; copies: KernelOp[] } {
  const reads = { ...op.reads };
  const copies: KernelOp[] = [];
  if (!("cells" in op.over) || replicas === 1) return { reads, copies };
  const shared = new Set(Object.values(reads).filter(({ shared }) => shared));
  for (const original of shared) {
    const label = `${op.label}, copies of ${original.label}`;
    const count = sizeOf(original.shape);
    const cells = cellsOf(count);
    const copy = value(label, "scratch", original.shape);
    for (const [name, read] of Object.entries(reads)) {
      if (read === original) reads[name] = copy;
    }
    copies.push({
      kind: "kernel",
      label,
      file: "replicate.wgsl",
      needs: [cells.source, "cells.wgsl"],
      entry: "main",
      reads: { x: original },
      writes: { result: copy },
      accumulates: [],
      over: { invocations: Math.ceil(count / cells.size / EACH) },
      sizes: [count / cells.size],
      constants: {},
      flops: 0,
      iterations: EACH,
    });
  }
  return { reads, copies };
}

function kernelDraft(op: KernelOp, options: LowerOptions): Draft {
  const { target, replicas } = options;
  const needs = (op.needs ?? []).map((piece) =>
    typeof piece === "function" ? piece(target) : piece
  );
  const text = join([...needs, op.file]);
  const file = fileName(op.file);
  const { grid, words } = extent();
  return {
    label: op.label,
    ...boundKernel({
      entry: op.entry,
      variant: op.entry,
      constants: op.constants,
      buffers: [...read(op.reads), ...write(op.writes)],
      ...{ file, text, words },
    }),
    grid,
    flops: op.flops * replicas,
    iterations: op.iterations,
  };

  function extent(): {
    grid: [number, number, number];
    words: readonly number[];
  } {
    if ("cells" in op.over) {
      const { each = 1 } = op.over;
      const cells = Math.ceil(op.over.cells * replicas / 4);
      const grid = foldedGrid(Math.ceil(cells / each), target);
      return { grid: [...grid, 1], words: [cells] };
    }
    return "invocations" in op.over
      ? {
        grid: [...foldedGrid(op.over.invocations, target), replicas],
        words: op.sizes,
      }
      : {
        grid: [...foldedGrid(64 * op.over.workgroups, target), replicas],
        words: op.sizes,
      };
  }
}

/** An activation, or its derivative, that no product could take over. */
function lowerActivation(
  op: ActivationOp | DerivativeOp,
  options: LowerOptions,
): Draft[] {
  const forward = op.kind === "activation";
  const { activation } = op;
  const result: Gradient = forward
    ? { value: op.y, accumulate: false }
    : { value: op.dX, accumulate: op.accumulate };
  return lowerKernel(
    cellwise({
      label: op.label,
      file: "activation.wgsl",
      needs: [...activation.needs ?? [], activation.file],
      entry: forward ? "forward" : "backward",
      reads: forward ? { x: op.x } : { y: op.y, dY: op.dY },
      result,
      count: sizeOf(result.value.shape),
      flops: activation.flops + (forward ? 0 : 1),
    }),
    options,
  );
}

/** An optimizer's step that nothing could take over. */
function lowerUpdate(
  { label, gradient, update, scale = 1, clip }: UpdateOp,
  { target, replicas }: LowerOptions,
): Draft[] {
  const count = sizeOf(update.parameter.shape);
  // The only replica may go on into what lies past its end.
  const cells = cellsOf(replicas === 1 ? 4 : count);
  const buffers: Declaration[] = [
    ...read({ gradient }),
    ...write({ parameter: update.parameter, ...update.states }),
  ].map((buffer) => ({ ...buffer, element: "Cell" }));
  const others = { ...update.reads, ...(clip && { gradientNorm: clip.norm }) };
  for (const buffer of read(others)) {
    buffers.push({ ...buffer, element: buffer.value.type });
  }
  const text = join([
    cells.source(target),
    "cells.wgsl",
    declare(buffers),
    clip ? "clip.wgsl" : "clip_none.wgsl",
    ...update.needs ?? [],
    update.file,
    "update.wgsl",
  ]);
  const words = [Math.ceil(count / cells.size)];
  return [{
    label,
    ...boundKernel({
      file: "update.wgsl",
      variant: fileName(update.file),
      constants: {
        ...update.constants,
        ...(scale === 1 ? {} : { gradientScale: scale }),
        ...(clip ? { clipNorm: clip.longest } : {}),
      },
      ...{ text, buffers, words },
    }),
    grid: [...foldedGrid(Math.ceil(words[0]! / EACH), target), replicas],
    flops: replicas * count * (update.flops + (clip || scale !== 1 ? 1 : 0)),
    iterations: EACH,
  }];
}

/** Rows that one invocation of a column sum adds up at most: longer ones are cut into about as many parts as rows in each. */
const CHUNK = 4096;

/** A column sum as one dispatch, or as two where it is long. */
function lowerColumnSum(
  op: ColumnSumOp,
  options: LowerOptions,
): Draft[] {
  const parts = op.rows > CHUNK ? Math.ceil(Math.sqrt(op.rows)) : 1;
  if (parts === 1) return [columnSumDraft(op, options, 1)];
  const partial = value(`${op.label} parts`, "scratch", [parts, op.columns]);
  return [
    columnSumDraft(
      { ...op, sum: partial, accumulate: false, update: undefined },
      options,
      parts,
    ),
    ...lowerColumnSum({
      ...op,
      label: `${op.label}, sum of parts`,
      rows: parts,
      x: partial,
    }, options),
  ];
}

function columnSumDraft(
  op: ColumnSumOp,
  { replicas }: LowerOptions,
  parts: number,
): Draft {
  const { rows, columns } = op;
  const chunk = Math.ceil(rows / parts);
  const { size } = cellsOf(columns);
  const width = columns / size;
  const across = acrossOf(width);
  const end = epilogue(finishing(op), size);
  const buffers: Declaration[] = [
    { name: "x", value: op.x, access: "read", element: "Cell" },
    ...end.buffers,
  ];
  const text = join([
    generated(`const ACROSS = ${across}u;`),
    "column_sum.wgsl",
    declare(buffers),
    ...end.sources,
  ]);
  return {
    label: op.label,
    ...boundKernel({
      file: "column_sum.wgsl",
      variant: end.name,
      constants: end.constants,
      words: [rows, columns, chunk, parts],
      ...{ text, buffers },
    }),
    grid: [Math.ceil(width / across / 64), 1, replicas * parts],
    flops: replicas * columns * (rows + end.flops),
    iterations: chunk * (1 + across) + across,
  };
}
