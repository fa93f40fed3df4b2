/** What the figure says in words and signs. */
import type { Graph, Operand } from "../../../math/expression/graph.ts";
import { formatNumber } from "../../../plots/format.ts";
import type { Evaluated, Moment } from "./steps.ts";

/** A node's name, `v3` as v₃. */
export function nameOf(graph: Graph, node: number): string {
  const { name } = graph.nodes[node]!;
  if (node < graph.variables) return name;
  return name.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)]!);
}

/** What a node computes, as `v₂ + v₃`; a variable is its own name. */
export function formulaOf(graph: Graph, node: number): string {
  const { operation, operands } = graph.nodes[node]!;
  const [a, b] = operands.map((operand) => operandText(graph, operand));
  switch (operation) {
    case undefined:
      return nameOf(graph, node);
    case "+":
      return `${a} + ${b}`;
    case "-":
      return `${a} − ${b}`;
    case "*":
      return `${a} · ${b}`;
    case "/":
      return `${a} / ${b}`;
    case "^":
      return /^\d$/.test(b!) ? a + "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(b)]! : `${a}^${b}`;
    case "neg":
      return `−${a}`;
    default:
      return `${operation}(${a})`;
  }
}

function operandText(graph: Graph, operand: Operand): string {
  if ("node" in operand) return nameOf(graph, operand.node);
  const { text, value } = operand;
  return text.length > 6 ? formatNumber(value) : text.replace("-", "−");
}

/** `∂z/∂v₃`. */
export function derivative(
  graph: Graph,
  { of, by }: { of: number; by: number },
) {
  return `∂${nameOf(graph, of)}/∂${nameOf(graph, by)}`;
}

/** The local partials of a node as `∂v₃/∂v₁ = 1, …`; a node used twice has one for each use. */
export function partialsText(
  { graph, sweeps }: Evaluated,
  node: number,
): string {
  return graph.nodes[node]!.operands.flatMap((operand, i) =>
    "node" in operand
      ? `${derivative(graph, { of: node, by: operand.node })} = ${
        formatNumber(sweeps.partials[node]![i]!)
      }`
      : []
  ).join(", ");
}

/** What happens in a step, in a sentence. */
export function describeStep(
  { graph, sweeps }: Evaluated,
  { phase, active }: Moment,
): string {
  const last = graph.nodes.length - 1;
  const value = (node: number) => formatNumber(sweeps.values[node]!, 6);
  switch (phase) {
    case "inputs": {
      const inputs = graph.nodes.slice(0, graph.variables)
        .map(({ name }, i) => `${name} = ${value(i)}`);
      return `Inputs: ${inputs.join(", ")}.`;
    }
    case "forward":
      return `Forward: ${nameOf(graph, active!)} = ${
        formulaOf(graph, active!)
      } = ${value(active!)}. Local partials: ${
        partialsText({ graph, sweeps }, active!)
      }.`;
    case "turn":
      return `The way back starts with ${
        derivative(graph, { of: last, by: last })
      } = 1.`;
    case "backward":
      return `Backward through ${nameOf(graph, active!)}: ${
        passedText({ graph, sweeps }, active!)
      }.`;
  }
}

/** What a node adds to the gradients of its operands. */
function passedText({ graph, sweeps }: Evaluated, node: number): string {
  const last = graph.nodes.length - 1;
  const upstream = sweeps.gradients[node]!;
  return graph.nodes[node]!.operands.flatMap((operand, i) => {
    if (!("node" in operand)) return [];
    const partial = sweeps.partials[node]![i]!;
    return `${derivative(graph, { of: last, by: operand.node })} gets ${
      formatNumber(upstream)
    } · ${formatNumber(partial)} = ${formatNumber(upstream * partial)}`;
  }).join("; ");
}
