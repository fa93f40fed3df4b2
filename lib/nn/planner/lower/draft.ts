import type { Dispatch, Kernel, Target } from "../../../core/plan.ts";
import { sizeOf } from "../../../core/shape.ts";
import type { Value } from "../../op/value.ts";
import { type Declaration, variables } from "../../op/kernel_text.ts";

/** A dispatch whose buffers are still values without memory. */
export interface Draft extends Omit<Dispatch, "bindings" | "bytes"> {
  readonly bindings: readonly {
    readonly name: string;
    readonly index: number;
    readonly value: Value;
    readonly access: "read" | "read_write";
    /** Values to put one after the other into one buffer, all of which is bound; `value` is the first. */
    readonly together?: readonly Value[];
  }[];
}

/** What all lowering depends on. */
export interface LowerOptions {
  readonly target: Target;
  readonly replicas: number;
}

/** Bytes of a value in memory. */
export function bytesOf({ shape, shared }: Value, replicas: number): number {
  return 4 * sizeOf(shape) * (shared ? 1 : replicas);
}

/**
 * Binds values to the variables that the WGSL text declares.
 *
 * @throws {Error} If the text declares no such variable, or with another access
 */
export function bind(
  { code, buffers, words, file }: {
    code: string;
    buffers: readonly Omit<Declaration, "element">[];
    words: readonly number[];
    file: string;
  },
): Pick<Draft, "bindings" | "sizes"> {
  const declared = variables(code);
  const bindings = buffers.map(({ name, value, access }) => {
    const variable = declared.get(name);
    if (variable?.kind !== access) {
      throw new Error(
        `Cannot bind ${name} of ${file} for ${access}: the shader declares ${
          variable
            ? `it for ${variable.kind}`
            : `only ${[...declared.keys()].join(", ")}`
        }`,
      );
    }
    return { name, value, access, index: variable.index };
  });
  const sizes = declared.get("sizes");
  return {
    bindings,
    sizes: sizes && { index: sizes.index, words },
  };
}

/** Kernel, bindings and sizes of a draft whose buffers are bound to the text of `file`. */
export function boundKernel(
  { file, entry = "main", variant, text, constants, buffers, words }: {
    file: string;
    entry?: string;
    variant: string;
    text: Pick<Kernel, "code" | "pieces">;
    constants: Kernel["constants"];
    buffers: readonly Omit<Declaration, "element">[];
    words: readonly number[];
  },
): Pick<Draft, "kernel" | "bindings" | "sizes"> {
  return {
    kernel: { file, variant, entry, ...text, constants },
    ...bind({ ...text, buffers, words, file }),
  };
}

/** Workgroups of 64 invocations in a row of any length, folded into y where x has no room. */
export function foldedGrid(
  invocations: number,
  { maxWorkgroups }: Target,
): [number, number] {
  const groups = Math.ceil(invocations / 64);
  const rows = Math.ceil(groups / maxWorkgroups);
  return [Math.ceil(groups / rows), rows];
}
