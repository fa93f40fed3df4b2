/**
 * What a sum begins with and what happens to it before it leaves the register,
 * shared by products, split products and column sums:
 *
 *   prepare()                 once, when `replica` is set
 *   startCell(column)         the bias, or zero
 *   finishCell(at, value)     activation, derivative, accumulation; store or update
 *
 * `at` counts numbers from the start of the result, all replicas; a Cell is four
 * neighbours where rows are multiples of four, else one number.
 */
import { fileName, type ShaderSource } from "../../../../shaders/mod.ts";
import type { ColumnSumOp, GemmOp } from "../../op/ops.ts";
import { type Declaration, generated } from "../../op/kernel_text.ts";

/** Text and bindings of an epilogue. */
export interface Epilogue {
  readonly buffers: Declaration[];
  readonly sources: readonly ShaderSource[];
  readonly constants: Readonly<Record<string, number>>;
  /** As in `bias, relu`; empty for a plain store. */
  readonly name: string;
  /** Multiplications and additions per number. */
  readonly flops: number;
}

type Finished =
  & Pick<GemmOp, "bias" | "activation" | "derivative" | "accumulate" | "update">
  & { readonly result: GemmOp["c"] };

/** What an op does with its finished sums. */
export function finishing(op: GemmOp | ColumnSumOp): Finished {
  return op.kind === "gemm"
    ? { ...op, result: op.c }
    : { ...op, result: op.sum };
}

/** Writes an epilogue for cells of one or four numbers. */
export function epilogue(op: Finished, cell: 1 | 4): Epilogue {
  const { result, bias, activation, derivative, accumulate, update } = op;
  const buffers: Declaration[] = [];
  const bind = (
    name: string,
    value: Declaration["value"],
    access: Declaration["access"],
    element = "Cell",
  ) => buffers.push({ name, value, access, element });
  const steps: string[] = [];
  const names: string[] = [];

  if (bias) {
    bind("bias", bias, "read");
    names.push("bias");
  }
  if (activation) {
    steps.push("v = activate(v);");
    names.push(activation.name);
  }
  if (derivative) {
    bind("activated", derivative.output, "read");
    steps.push("v *= activateDerivative(activated[i]);");
    names.push(`${derivative.activation.name}′`);
  }
  if (accumulate || !update) {
    bind("result", result, update ? "read" : "read_write");
  }
  if (accumulate) {
    steps.push("v += result[i];");
    names.push("accumulate");
  }
  if (update) {
    bind("parameter", update.parameter, "read_write");
    for (const [name, value] of Object.entries(update.states)) {
      bind(name, value, "read_write");
    }
    for (const [name, value] of Object.entries(update.reads)) {
      bind(name, value, "read", value.type);
    }
    steps.push("update(i, v);");
    names.push(fileName(update.file).replace(".wgsl", ""));
  } else {
    steps.push("result[i] = v;");
  }

  const applied = activation ?? derivative?.activation;
  const sources: ShaderSource[] = [
    generated(
      `alias Cell = ${cell === 4 ? "vec4f" : "f32"};
alias CellI = ${cell === 4 ? "vec4i" : "i32"};
const CELL = ${cell}u;`,
    ),
    ...(applied ? [...applied.needs ?? [], applied.file] : []),
    ...(update ? [...update.needs ?? [], update.file] : []),
    generated(`fn prepare() { ${update ? "prepareUpdate();" : ""} }

fn startCell(column: u32) -> Cell {
  return ${bias ? "bias[(replica * sizes.n + column) / CELL]" : "Cell(0.0)"};
}

fn finishCell(at: u32, value: Cell) {
  let i = at / CELL;
  var v = value;
  ${steps.join("\n  ")}
}`),
  ];
  return {
    buffers,
    sources,
    constants: update?.constants ?? {},
    name: names.join(", "),
    flops: (bias ? 1 : 0) + (activation?.flops ?? 0) +
      (derivative ? 1 + derivative.activation.flops : 0) +
      (accumulate ? 1 : 0) + (update?.flops ?? 0),
  };
}
