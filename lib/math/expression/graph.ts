/** The computational graph of a formula: equal parts are one node, numbers stand inside their node. */
import { constant } from "../autodiff.ts";
import { FUNCTIONS, OPERATORS } from "./functions.ts";
import { type Formula, FormulaError, parseFormula } from "./parse.ts";

/** What an operation works on: another node, or a number as it was written. */
export type Operand =
  | { readonly node: number }
  | { readonly value: number; readonly text: string };

/** A variable, which has neither operation nor operands, or an operation. */
export interface GraphNode {
  /** `a` of a variable, `v3` of the third operation, `z` of the last one; other letters where variables have these. */
  readonly name: string;
  /** A key of `FUNCTIONS` or `OPERATORS`. */
  readonly operation?: string;
  readonly operands: readonly Operand[];
}

/** Nodes, each after its operands: variables by name, then operations as one computes them. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  /** The first nodes are this many variables. */
  readonly variables: number;
}

/** Most nodes a graph may have; a larger one cannot be read. */
export const MOST_NODES = 40;

/** Most variables. */
export const MOST_VARIABLES = 6;

/**
 * The graph of a formula.
 *
 * @throws {FormulaError} If the text is no formula, has no variable, no operation, or too many of them
 */
export function graphOf(text: string): Graph {
  const formula = parseFormula(text);
  const names = [...new Set(variablesOf(formula))].sort();
  if (names.length === 0) throw new FormulaError("it has no variable", 0);
  if (names.length > MOST_VARIABLES) {
    throw new FormulaError(
      `it has ${names.length} variables, at most ${MOST_VARIABLES} are drawn`,
      0,
    );
  }
  const operations = operationsOf(formula, { text, names });
  if (operations.length === 0) {
    throw new FormulaError("it has no operation, as a^2 has", 0);
  }
  const count = names.length + operations.length;
  if (count > MOST_NODES) {
    throw new FormulaError(
      `its graph has ${count} nodes, at most ${MOST_NODES} are drawn`,
      0,
    );
  }
  const last = operations.length - 1;
  const free = (letters: string[]) =>
    letters.find((letter) => !names.some((name) => name.startsWith(letter)))!;
  const result = free(["z", "y", "f", "g", "h", "r", "s"]);
  const between = free(["v", "u", "t", "q", "p", "o", "n"]);
  return {
    variables: names.length,
    nodes: [
      ...names.map((name) => ({ name, operands: [] })),
      ...operations.map((operation, i) => ({
        ...operation,
        name: i === last ? result : `${between}${i + 1}`,
      })),
    ],
  };
}

/** The value of an operation whose operands are numbers. */
function applyTo(operation: string, values: number[]): number {
  const f = FUNCTIONS[operation] ?? OPERATORS[operation]!;
  const [a, b] = values.map((value) => constant([value], []));
  return f(a!, b!).value[0]!;
}

function variablesOf(formula: Formula): string[] {
  if (formula.kind === "variable") return [formula.name];
  return formula.kind === "number" ? [] : formula.operands.flatMap(variablesOf);
}

type Unnamed = Omit<GraphNode, "name">;

/** Operations in the order of evaluation, operands left to right. */
function operationsOf(
  root: Formula,
  { text, names }: { text: string; names: string[] },
): Unnamed[] {
  const found = new Map<string, { index: number; operation: Unnamed }>();
  const visit = (formula: Formula): Operand => {
    const written = text.slice(formula.start, formula.end);
    if (formula.kind === "number") {
      return { value: formula.value, text: written };
    }
    if (formula.kind === "variable") {
      return { node: names.indexOf(formula.name) };
    }
    const { operation } = formula;
    const operands = formula.operands.map(visit);
    const values = operands.flatMap((operand) =>
      "value" in operand ? operand.value : []
    );
    if (values.length === operands.length) {
      return { value: applyTo(operation, values), text: written };
    }
    const key = JSON.stringify([
      operation,
      operands.map((operand) =>
        "node" in operand ? operand.node : `${operand.value}`
      ),
    ]);
    const known = found.get(key) ??
      { index: names.length + found.size, operation: { operation, operands } };
    found.set(key, known);
    return { node: known.index };
  };
  visit(root);
  return [...found.values()].map(({ operation }) => operation);
}
