import { useMemo, useRef } from "preact/hooks";
import type { Graph } from "../../math/expression/graph.ts";
import { sweep } from "../../math/expression/sweeps.ts";
import { formatNumber } from "../../plots/format.ts";
import { Drawing } from "./computational_graph/drawing.tsx";
import {
  Examples,
  ExpressionField,
  StepControl,
  ValueFields,
} from "./computational_graph/inputs.tsx";
import { layoutOf } from "./computational_graph/layout.ts";
import {
  type Evaluated,
  lastStep,
  momentAt,
} from "./computational_graph/steps.ts";
import { NodeTable } from "./computational_graph/table.tsx";
import {
  derivative,
  describeStep,
  nameOf,
} from "./computational_graph/text.ts";
import {
  graphState,
  LAST_STEP,
  pointOf,
  STUDIED,
  tryGraph,
} from "./computational_graph_state.ts";
import { FigureForm } from "./figure_form.tsx";
import { useUrlState } from "./use_url_state.ts";

const ID = "graph";

/** The computational graph of an expression, with both sweeps of reverse mode step by step. */
export function ComputationalGraph({ search }: { search: string }) {
  const [state, problems, set, input] = useUrlState(graphState, search);
  const graph = useMemo(() => tryGraph(state.expression).graph!, [
    state.expression,
  ]);
  const names = graph.nodes.slice(0, graph.variables).map(({ name }) => name);
  const point = pointOf(graph, state.point);
  const evaluated = useMemo(() => ({ graph, sweeps: sweep(graph, point) }), [
    graph,
    point.join(),
  ]);
  const layout = useMemo(() => layoutOf(graph), [graph]);
  const last = lastStep(graph);
  const step = Math.min(state.step, last);
  const moment = momentAt(evaluated, step);

  const remembered = useRef(new Map<string, number>());
  names.forEach((name, i) => remembered.current.set(name, point[i]!));
  const expression = input("expression");
  const retype: typeof expression.onInput = (event) => {
    expression.onInput(event);
    const next = tryGraph(event.currentTarget.value || STUDIED).graph;
    if (!next) return;
    set({
      point: next.nodes.slice(0, next.variables)
        .map(({ name }) => remembered.current.get(name) ?? 1),
    });
  };
  return (
    <FigureForm
      id={ID}
      label="Computational graph"
      codec={graphState}
      search={search}
    >
      <ExpressionField
        input={{ ...expression, onInput: retype }}
        problems={problems}
      />
      <Examples />
      <ValueFields names={names} input={input("point")} problems={problems} />
      <StepControl
        input={input("step")}
        problems={problems}
        step={step}
        last={last}
        go={(step) => set({ step: step === last ? LAST_STEP : step })}
      />
      <p id={`${ID}-step`} class="told" role="status">
        {describeStep(evaluated, moment)}
      </p>
      <figure>
        <div
          class="graph-box"
          tabIndex={0}
          role="group"
          aria-label="Drawing of the graph"
        >
          <Drawing
            evaluated={evaluated}
            moment={moment}
            layout={layout}
            label={labelOf(graph)}
            describedBy={`${ID}-step`}
          />
        </div>
        <figcaption>
          <p>{resultOf(evaluated)}</p>
          <p>
            A node shows its formula, its value, and after ∂ the gradient that
            has arrived; … means that more will be added. A number on an edge is
            the local partial.
          </p>
          <NodeTable evaluated={evaluated} moment={moment} />
        </figcaption>
      </figure>
    </FigureForm>
  );
}

function labelOf(graph: Graph): string {
  const last = graph.nodes.length - 1;
  return `Graph of ${nameOf(graph, last)}, its inputs at the top: ${
    graph.nodes.map((_, node) => nameOf(graph, node)).join(", ")
  }`;
}

/** The result and its gradient, and a word on where they are no numbers. */
function resultOf({ graph, sweeps }: Evaluated): string {
  const of = graph.nodes.length - 1;
  const parts = [
    `${nameOf(graph, of)} = ${formatNumber(sweeps.values[of]!, 6)}`,
  ];
  for (let by = 0; by < graph.variables; by++) {
    const gradient = formatNumber(sweeps.gradients[by]!, 6);
    parts.push(`${derivative(graph, { of, by })} = ${gradient}`);
  }
  const all = [...sweeps.values, ...sweeps.gradients];
  const outside = all.every(Number.isFinite)
    ? ""
    : " Where a value is infinite or outside a function's domain, the chain rule multiplies 0 by ∞ or has nothing to multiply: NaN.";
  return `Result: ${parts.join(", ")}.${outside}`;
}
