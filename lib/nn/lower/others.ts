/**
 * Lowering of everything but matrix products: one WGSL file and entry each.
 */
import { fileName } from "../../../shaders/mod.ts";
import { sizeOf } from "../../core/shape.ts";
import type {
  ActivationOp,
  ColumnSumOp,
  DerivativeOp,
  KernelOp,
  UpdateOp,
} from "../ops.ts";
import { type Value, value } from "../value.ts";
import { bind, type Draft, foldedGrid, type LowerOptions } from "./draft.ts";
import { epilogue, finishing } from "./epilogue.ts";
import { type Declaration, declare, join } from "./kernel_text.ts";

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

/** An entry point of a WGSL file as it is, after copies of what it cannot share. */
export function lowerKernel(
  op: KernelOp,
  options: LowerOptions,
): Draft[] {
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
    const copy = value(label, "scratch", original.shape);
    for (const [name, read] of Object.entries(reads)) {
      if (read === original) reads[name] = copy;
    }
    copies.push({
      kind: "kernel",
      label,
      file: "replicate.wgsl",
      entry: "main",
      reads: { x: original },
      writes: { result: copy },
      accumulates: [],
      over: { invocations: count },
      sizes: [count],
      constants: {},
      flops: 0,
      iterations: 0,
    });
  }
  return { reads, copies };
}

function kernelDraft(op: KernelOp, options: LowerOptions): Draft {
  const { target, replicas } = options;
  const text = join([...op.needs ?? [], op.file]);
  const file = fileName(op.file);
  const { grid, words } = extent();
  return {
    label: op.label,
    kernel: {
      file,
      variant: op.entry,
      entry: op.entry,
      ...text,
      constants: op.constants,
    },
    ...bind({
      ...text,
      buffers: [...read(op.reads), ...write(op.writes)],
      words,
      file,
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
      const cells = Math.ceil(op.over.cells * replicas / 4);
      return { grid: [...foldedGrid(cells, target), 1], words: [cells] };
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
export function lowerActivation(
  op: ActivationOp | DerivativeOp,
  options: LowerOptions,
): Draft[] {
  const forward = op.kind === "activation";
  const accumulate = !forward && op.accumulate;
  const result = forward ? op.y : op.dX;
  const count = sizeOf(result.shape);
  const { activation } = op;
  return lowerKernel({
    kind: "kernel",
    label: op.label,
    file: "activation.wgsl",
    needs: [...activation.needs ?? [], activation.file],
    entry: forward ? "forward" : "backward",
    reads: forward ? { x: op.x } : { y: op.y, dY: op.dY },
    writes: { result },
    accumulates: accumulate ? [result] : [],
    over: { cells: count },
    sizes: [],
    constants: accumulate ? { accumulate: 1 } : {},
    flops: count * (activation.flops + (forward ? 0 : 1)),
    iterations: 0,
  }, options);
}

/** An optimizer's step that nothing could take over. */
export function lowerUpdate(
  { label, gradient, update, scale = 1, clip }: UpdateOp,
  { target, replicas }: LowerOptions,
): Draft {
  const count = sizeOf(update.parameter.shape);
  const buffers: Declaration[] = [
    ...read({
      gradient,
      ...(clip ? { gradientNorm: clip.norm } : {}),
      ...update.reads,
    }),
    ...write({ parameter: update.parameter, ...update.states }),
  ].map((buffer) => ({ ...buffer, element: buffer.value.type }));
  const text = join([
    declare(buffers),
    clip ? "clip.wgsl" : "clip_none.wgsl",
    ...update.needs ?? [],
    update.file,
    "update.wgsl",
  ]);
  return {
    label,
    kernel: {
      file: "update.wgsl",
      variant: fileName(update.file),
      entry: "main",
      ...text,
      constants: {
        ...update.constants,
        ...(scale === 1 ? {} : { gradientScale: scale }),
        ...(clip ? { clipNorm: clip.longest } : {}),
      },
    },
    ...bind({ ...text, buffers, words: [count], file: "update.wgsl" }),
    grid: [...foldedGrid(count, target), replicas],
    flops: replicas * count * (update.flops + (clip || scale !== 1 ? 1 : 0)),
    iterations: 0,
  };
}

/** Rows that one invocation of a column sum adds up at most: short enough to keep many busy. */
const CHUNK = 4096;

/** A column sum as one dispatch, or as two where it is long. */
export function lowerColumnSum(
  op: ColumnSumOp,
  options: LowerOptions,
): Draft[] {
  const parts = Math.ceil(op.rows / CHUNK);
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
  const end = epilogue(finishing(op), 1);
  const buffers: Declaration[] = [
    { name: "x", value: op.x, access: "read", element: "f32" },
    ...end.buffers,
  ];
  const text = join(["column_sum.wgsl", declare(buffers), ...end.sources]);
  return {
    label: op.label,
    kernel: {
      file: "column_sum.wgsl",
      variant: end.name,
      entry: "main",
      ...text,
      constants: end.constants,
    },
    ...bind({
      ...text,
      buffers,
      words: [rows, columns, chunk, parts],
      file: "column_sum.wgsl",
    }),
    grid: [Math.ceil(columns / 64), 1, replicas * parts],
    flops: replicas * columns * (rows + end.flops),
    iterations: chunk,
  };
}
