/** The two sweeps cut into steps: inputs, one step per operation, the start of the way back, one per operation. */
import type { Graph } from "../../../math/expression/graph.ts";
import type { Sweeps } from "../../../math/expression/sweeps.ts";

/** A graph and what its sweeps compute at a point. */
export interface Evaluated {
  readonly graph: Graph;
  readonly sweeps: Sweeps;
}

/** What is known after a step. */
export interface Moment {
  readonly phase: "inputs" | "forward" | "turn" | "backward";
  /** The node the step is about; undefined for the inputs. */
  readonly active?: number;
  /** So many nodes have their value. */
  readonly known: number;
  /** Gradients that have arrived, one per node. */
  readonly gradients: readonly (number | undefined)[];
  /** Whether nothing more will be added to a node's gradient. */
  readonly settled: readonly boolean[];
}

/** Number of the last step; the first, the inputs, is 0. */
export function lastStep({ nodes, variables }: Graph): number {
  return 2 * (nodes.length - variables) + 1;
}

/** What is known after a step. */
export function momentAt(
  { graph: { nodes, variables }, sweeps: { steps } }: Evaluated,
  step: number,
): Moment {
  const operations = nodes.length - variables;
  const nothing = nodes.map(() => undefined);
  if (step <= operations) {
    return {
      phase: step === 0 ? "inputs" : "forward",
      active: step === 0 ? undefined : variables + step - 1,
      known: variables + step,
      gradients: nothing,
      settled: nodes.map(() => false),
    };
  }
  const passed = steps.slice(0, step - operations - 1).map(({ node }) => node);
  const last = nodes.length - 1;
  const settled = nodes.map((_, i) =>
    nodes.every(({ operands }, user) =>
      passed.includes(user) ||
      operands.every((operand) => !("node" in operand) || operand.node !== i)
    )
  );
  return {
    phase: passed.length === 0 ? "turn" : "backward",
    active: passed.at(-1) ?? last,
    known: nodes.length,
    gradients: passed.length === 0
      ? nodes.map((_, i) => i === last ? 1 : undefined)
      : steps[passed.length - 1]!.gradients,
    settled,
  };
}
