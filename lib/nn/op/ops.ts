/**
 * What a step computes before memory and tiles are chosen. Five kinds of ops
 * are known to the planner, which fuses them; everything else is a `kernel`.
 */
import type { ShaderSource } from "../../../shaders/mod.ts";
import type { Layout } from "../../../shaders/gemm.ts";
import type { StepPart, Target } from "../../core/plan.ts";
import type { Gradient, Value } from "./value.ts";

/** A function of each number alone whose derivative follows from its output. */
export interface Activation {
  /** As in `relu`. */
  readonly name: string;
  /** File with `activate` and `activateDerivative`. */
  readonly file: ShaderSource;
  /** Files with functions that it calls. */
  readonly needs?: readonly ShaderSource[];
  /** Multiplications and additions per number, forward; a transcendental counts as one. */
  readonly flops: number;
}

/** One optimizer step on one parameter, as the optimizer's WGSL file defines it. */
export interface Update {
  /** File with `update(at, gradient)`. */
  readonly file: ShaderSource;
  /** Files with functions that it calls. */
  readonly needs?: readonly ShaderSource[];
  readonly parameter: Value;
  /** Further bindings of that file by name: learning rates, state. */
  readonly reads: Readonly<Record<string, Value>>;
  readonly states: Readonly<Record<string, Value>>;
  /** Values of its `override` constants. */
  readonly constants: Readonly<Record<string, number>>;
  /** Multiplications and additions per number. */
  readonly flops: number;
}

/** A window that slides over images; every triple is depth, height, width. */
export interface Window {
  readonly input: Triple;
  readonly output: Triple;
  readonly kernel: Triple;
  readonly stride: Triple;
  readonly padding: Triple;
}

/** Depth, height, width. */
export type Triple = readonly [number, number, number];

/** A window as the last words of the uniform block of conv.wgsl: depth, height, width, and nothing. */
export function windowWords(
  { input, output, kernel, stride, padding }: Window,
): number[] {
  return [input, output, kernel, stride, padding].flatMap((triple) => [
    ...triple,
    0,
  ]);
}

/** `C = op(A) · op(B)`, then: + bias, activation, ⊙ derivative, + C, and at last store or update. */
export interface GemmOp extends StepPart {
  readonly kind: "gemm";
  readonly label: string;
  readonly layout: Layout;
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Value;
  readonly b: Value;
  readonly c: Value;
  /**
   * Makes it a convolution, see `conv.wgsl`: rows are pixels gathered through the
   * window, and k (TN: n) counts channels of one tap.
   */
  readonly window?: Window;
  /** Added to every row, [n]. */
  readonly bias?: Value;
  readonly activation?: Activation;
  /** Multiplies by the derivative of an activation with this output. */
  readonly derivative?: {
    readonly activation: Activation;
    readonly output: Value;
  };
  readonly accumulate: boolean;
  /** Hands the result to an optimizer instead of storing it. */
  readonly update?: Update;
}

/** `y = f(x)`. */
export interface ActivationOp extends StepPart {
  readonly kind: "activation";
  readonly label: string;
  readonly activation: Activation;
  readonly x: Value;
  readonly y: Value;
}

/** `dX = dY ⊙ f′`, from the output `y` of `f`. */
export interface DerivativeOp extends StepPart {
  readonly kind: "derivative";
  readonly label: string;
  readonly activation: Activation;
  readonly y: Value;
  readonly dY: Value;
  readonly dX: Value;
  readonly accumulate: boolean;
}

/** `sum[c] = Σᵣ x[r, c]`. */
export interface ColumnSumOp extends StepPart {
  readonly kind: "columnSum";
  readonly label: string;
  readonly rows: number;
  readonly columns: number;
  readonly x: Value;
  readonly sum: Value;
  readonly accumulate: boolean;
  readonly update?: Update;
}

/** An optimizer's step from a finished gradient. */
export interface UpdateOp extends StepPart {
  readonly kind: "update";
  readonly label: string;
  readonly gradient: Value;
  readonly update: Update;
  /** Multiplies the gradient first. Default: 1. */
  readonly scale?: number;
  /** Shortens it to the `longest` norm over all parameters, whose present `norm` is [1] a replica. */
  readonly clip?: { readonly norm: Value; readonly longest: number };
}

/**
 * How much a kernel runs over.
 * - `cells`: numbers seen four at a time as one row over all replicas; the kernel's `sizes` is the count of fours, an invocation takes one, or `each` neighbours.
 * - `invocations`: of one replica, replicas along z.
 * - `workgroups`: of one replica, folded into y where x has no room, replicas along z.
 */
export type Extent =
  | { readonly cells: number; readonly each?: number }
  | { readonly invocations: number }
  | { readonly workgroups: number };

/** WGSL that a kernel needs beside its own, which may depend on the device. */
export type Piece = ShaderSource | ((target: Target) => ShaderSource);

/** One entry point of a WGSL file with workgroups of 64. */
export interface KernelOp extends StepPart {
  readonly kind: "kernel";
  readonly label: string;
  readonly file: ShaderSource;
  /** Files with functions that it calls. */
  readonly needs?: readonly Piece[];
  readonly entry: string;
  /** Values by the name of the variable they are bound to. */
  readonly reads: Readonly<Record<string, Value>>;
  readonly writes: Readonly<Record<string, Value>>;
  /** Written values whose old content is read as well. */
  readonly accumulates: readonly Value[];
  readonly over: Extent;
  /** Words of the uniform block; unused over `cells`. */
  readonly sizes: readonly number[];
  readonly constants: Readonly<Record<string, number>>;
  /** Multiplications and additions of one replica. */
  readonly flops: number;
  /** Loop iterations of the busiest invocation. */
  readonly iterations: number;
  /** Ops that run in its place, where one workgroup cannot do it: together they read and write the same. */
  readonly split?: readonly Exclude<Op, GemmOp>[];
}

/** One operation of a plan before it is lowered to dispatches. */
export type Op =
  | GemmOp
  | ActivationOp
  | DerivativeOp
  | ColumnSumOp
  | UpdateOp
  | KernelOp;

function updateReads({ parameter, reads, states }: Update): Value[] {
  return [parameter, ...Object.values(reads), ...Object.values(states)];
}

function updateWrites({ parameter, states }: Update): Value[] {
  return [parameter, ...Object.values(states)];
}

const some = (value: Value | undefined | false) => value ? [value] : [];

/** Values whose content an op needs. */
export function reads(op: Op): Value[] {
  switch (op.kind) {
    case "gemm":
      return [
        op.a,
        op.b,
        ...some(op.bias),
        ...some(op.derivative?.output),
        ...some(op.accumulate && op.c),
        ...(op.update ? updateReads(op.update) : []),
      ];
    case "activation":
      return [op.x];
    case "derivative":
      return [op.y, op.dY, ...some(op.accumulate && op.dX)];
    case "columnSum":
      return [
        op.x,
        ...some(op.accumulate && op.sum),
        ...(op.update ? updateReads(op.update) : []),
      ];
    case "update":
      return [op.gradient, ...some(op.clip?.norm), ...updateReads(op.update)];
    case "kernel":
      return [...Object.values(op.reads), ...op.accumulates];
  }
}

/** Values that an op changes. */
export function writes(op: Op): Value[] {
  switch (op.kind) {
    case "gemm":
      return op.update ? updateWrites(op.update) : [op.c];
    case "activation":
      return [op.y];
    case "derivative":
      return [op.dX];
    case "columnSum":
      return op.update ? updateWrites(op.update) : [op.sum];
    case "update":
      return updateWrites(op.update);
    case "kernel":
      return Object.values(op.writes);
  }
}

/** An op on each number alone: entry `entry` of `file`, written to the binding `result`. */
export function elementwise(
  { result, count, flops, ...op }:
    & Pick<KernelOp, "label" | "file" | "entry" | "reads">
    & { result: Gradient; count: number; flops: number },
): KernelOp {
  return {
    kind: "kernel",
    ...op,
    writes: { result: result.value },
    accumulates: result.accumulate ? [result.value] : [],
    over: { cells: count },
    sizes: [],
    constants: result.accumulate ? { accumulate: 1 } : {},
    flops: flops * count,
    iterations: 0,
  };
}

/** What a kernel that writes a gradient needs besides, if it has an `override accumulate`. */
export function adding(
  { value, accumulate }: Gradient,
): Pick<KernelOp, "accumulates"> & { constants: Record<string, number> } {
  return accumulate
    ? { accumulates: [value], constants: { accumulate: 1 } }
    : { accumulates: [], constants: {} };
}
