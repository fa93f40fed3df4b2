/**
 * Pieces of WGSL put together, and the bindings read back from the text, so that
 * no binding number is ever counted by hand.
 */
import { fileName, shader, type ShaderSource } from "../../../shaders/mod.ts";
import type { Kernel } from "../../core/plan.ts";
import type { Value } from "./value.ts";

/** Puts sources one after the other and remembers where each begins. */
export function join(
  sources: readonly ShaderSource[],
): Pick<Kernel, "code" | "pieces"> {
  let line = 0;
  const pieces = sources.map((source) => {
    const piece = { file: fileName(source), line };
    line += shader(source).split("\n").length;
    return piece;
  });
  return { code: sources.map(shader).join("\n"), pieces };
}

/** WGSL that was written for one kernel alone. */
export function generated(code: string): ShaderSource {
  return { file: "generated", code };
}

/** A storage buffer that generated WGSL declares. */
export interface Declaration {
  readonly name: string;
  readonly value: Value;
  readonly access: "read" | "read_write";
  /** Element type in the shader: `f32`, `Cell`, `vec4f`, … */
  readonly element: string;
}

/** Declares buffers as bindings 0, 1, … and the uniform block `sizes` after them. */
export function declare(buffers: readonly Declaration[]): ShaderSource {
  const lines = buffers.map(({ name, access, element }, index) =>
    `@group(0) @binding(${index}) var<storage, ${access}> ${name}: array<${element}>;`
  );
  lines.push(
    `@group(0) @binding(${buffers.length}) var<uniform> sizes: Sizes;`,
  );
  return generated(lines.join("\n"));
}

/** A variable of group 0 as the shader declares it. */
export interface Variable {
  readonly index: number;
  readonly kind: "read" | "read_write" | "uniform";
}

const VARIABLE =
  /@group\(0\)\s*@binding\((\d+)\)\s*var<(?:storage\s*,\s*(read_write|read)|(uniform))>\s*(\w+)\s*:/g;

/** All bindings of a WGSL text by the name of the variable. */
export function variables(code: string): Map<string, Variable> {
  return new Map(
    [...code.matchAll(VARIABLE)].map(([, index, access, uniform, name]) => [
      name!,
      { index: Number(index), kind: (access ?? uniform) as Variable["kind"] },
    ]),
  );
}
