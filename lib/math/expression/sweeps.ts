/** Both sweeps over a formula's graph by reverse mode, with everything that passes on the way. */
import { backward, constant, type Var, variable } from "../autodiff.ts";
import { FUNCTIONS, OPERATORS } from "./functions.ts";
import type { Graph } from "./graph.ts";

/** One step of the backward sweep. */
export interface BackwardStep {
  /** The node that passes its gradient on to its operands. */
  readonly node: number;
  /** Gradients after it, one per node; undefined where nothing has arrived yet. */
  readonly gradients: readonly (number | undefined)[];
}

/** What the two sweeps compute at a point. */
export interface Sweeps {
  /** Value of each node. */
  readonly values: readonly number[];
  /** Derivative of each node by each of its operands; 0 by a number. */
  readonly partials: readonly (readonly number[])[];
  /** One step per operation, the last node first. */
  readonly steps: readonly BackwardStep[];
  /** Derivative of the last node by each node. */
  readonly gradients: readonly number[];
}

/**
 * Evaluates a graph and differentiates its last node by reverse mode.
 *
 * @param point One value per variable
 */
export function sweep(graph: Graph, point: readonly number[]): Sweeps {
  const tape: Var[] = [];
  for (const { operation, operands } of graph.nodes) {
    const inputs = operands.map((operand) =>
      "node" in operand ? tape[operand.node]! : constant([operand.value], [])
    );
    const f = operation === undefined
      ? () => variable([point[tape.length]!], [])
      : FUNCTIONS[operation] ?? OPERATORS[operation]!;
    tape.push(f(inputs[0]!, inputs[1]!));
  }
  const steps: BackwardStep[] = [];
  const reached = new Set<Var>([tape.at(-1)!]);
  backward(tape.at(-1)!, (passed) => {
    if (passed.edges.length === 0) return;
    for (const { to } of passed.edges) reached.add(to);
    steps.push({
      node: tape.indexOf(passed),
      gradients: tape.map((node) =>
        reached.has(node) ? node.grad[0]! : undefined
      ),
    });
  });
  return {
    values: tape.map(({ value }) => value[0]!),
    partials: tape.map(({ edges }) => edges.map(partialOf)),
    steps,
    gradients: tape.map(({ grad }) => grad[0]!),
  };
}

/** The derivative along one edge: what passes through it when 1 arrives. */
function partialOf({ to, pull }: Var["edges"][number]): number {
  if (!to.tracked) return 0;
  const into = new Float64Array(1);
  pull(Float64Array.of(1), into);
  return into[0]!;
}
