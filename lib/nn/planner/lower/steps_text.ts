/** WGSL that one perceptron's steps need beside `steps.wgsl`: its activations, its optimizer's arrays and streams. */
import {
  fileName,
  shader,
  type ShaderSource,
} from "../../../../shaders/mod.ts";
import type { Activation } from "../../op/ops.ts";
import type { Perceptron } from "../perceptron.ts";
import { generated } from "../../op/kernel_text.ts";
import type { StepsMemory } from "./steps_memory.ts";

/** Bindings that `steps_memory.wgsl` declares: those of the optimizer follow. */
const DECLARED = 6;

/** Activations of a perceptron by name, each once, so that networks with the same ones share a kernel; a layer has the number of its own, from 1. */
export function activationsOf({ layers }: Perceptron): Activation[] {
  const named = new Map(
    layers.flatMap(({ activation }) =>
      activation ? [[activation.name, activation] as const] : []
    ),
  );
  return [...named.keys()].sort().map((name) => named.get(name)!);
}

/** Files with functions that others call, each once. */
export function needsOf(net: Perceptron): ShaderSource[] {
  const [update] = net.updates.values();
  const users = [net.loss, ...activationsOf(net), update!];
  return [...new Set(users.flatMap(({ needs = [] }) => needs))];
}

/** Everything but the loss, the optimizer's file and what both need. */
export function stepsText(
  net: Perceptron,
  { lengths }: Pick<StepsMemory, "lengths">,
): ShaderSource[] {
  const [update] = net.updates.values();
  const { reads, states } = update!;
  const arrays = ["parameter", ...Object.keys(states)];
  const source = (index: number) =>
    `sizes.sources[l * ${arrays.length}u + ${index}u]`;
  return [
    ...activationTexts(net),
    generated([
      ...Object.entries(lengths).map(([name, length]) =>
        `const ${name} = ${length}u;`
      ),
      ...Object.keys(states).map((name, i) =>
        `@group(0) @binding(${
          DECLARED + i
        }) var<storage, read_write> ${name}: array<Cell>;`
      ),
      ...Object.entries(reads).map(([name, { type }]) =>
        `var<private> ${name}: array<${type}, 1>;`
      ),
      "",
      "fn readStreams() {",
      ...Object.entries(reads).map(([name, { type, shared }], i) =>
        `  ${name}[0] = bitcast<${type}>(streamAt(sizes.reads[${i}]${
          shared ? "" : " + model"
        }));`
      ),
      "}",
      "",
      "fn gatherCell(layer: Layer, l: u32, row: u32, column: u32, at: u32) {",
      ...arrays.map((name, i) =>
        `  ${name}[at] = gather(layer, ${source(i)}, row, column);`
      ),
      "}",
      "",
      "fn scatterCell(layer: Layer, l: u32, row: u32, column: u32, at: u32) {",
      ...arrays.map((name, i) =>
        `  scatter(layer, ${source(i)}, row, column, ${name}[at]);`
      ),
      "}",
    ].join("\n")),
  ];
}

/** The activations under names of their own, and the choice among them. */
function activationTexts(net: Perceptron): ShaderSource[] {
  const activations = activationsOf(net);
  const choice = (name: string, argument: string, otherwise: string) => [
    `fn ${name}As(kind: u32, ${argument}: Cell) -> Cell {`,
    "  switch kind {",
    ...activations.map((_, i) =>
      `    case ${i + 1}u: { return ${name}${i + 1}(${argument}); }`
    ),
    `    default: { return ${otherwise}; }`,
    "  }",
    "}",
  ];
  return [
    ...activations.map(({ file }, i) => ({
      file: fileName(file),
      code: shader(file).replaceAll(
        /\bactivate(Derivative)?\b(?=\()/g,
        (name) => `${name}${i + 1}`,
      ),
    })),
    generated(
      [
        ...choice("activate", "x", "x"),
        "",
        ...choice("activateDerivative", "y", "Cell(1.0)"),
      ].join("\n"),
    ),
  ];
}
