import { formatNumber } from "../../../plots/format.ts";
import type { Evaluated, Moment } from "./steps.ts";
import { derivative, formulaOf, nameOf, partialsText } from "./text.ts";

/** Everything the drawing shows as a table. */
export function NodeTable({ evaluated, moment }: {
  evaluated: Evaluated;
  moment: Moment;
}) {
  const { graph, sweeps } = evaluated;
  const of = graph.nodes.length - 1;
  return (
    <details class="data-table">
      <summary>The graph as a table</summary>
      <div
        class="scroll"
        tabIndex={0}
        role="group"
        aria-label="The graph as a table"
      >
        <table>
          <thead>
            <tr>
              <th scope="col">Node</th>
              <th scope="col">Value</th>
              <th scope="col">Local partials</th>
              <th scope="col">Gradient</th>
            </tr>
          </thead>
          <tbody>
            {graph.nodes.map((_, node) => (
              <tr key={node}>
                <th scope="row">
                  {nameOf(graph, node)}
                  {node >= graph.variables && ` = ${formulaOf(graph, node)}`}
                </th>
                <td>
                  {node < moment.known
                    ? formatNumber(sweeps.values[node]!, 6)
                    : "not yet"}
                </td>
                <td>
                  {node < moment.known ? partialsText(evaluated, node) : ""}
                </td>
                <td>
                  {moment.gradients[node] === undefined
                    ? "not yet"
                    : `${derivative(graph, { of, by: node })} = ${
                      formatNumber(moment.gradients[node]!, 6)
                    }${moment.settled[node] ? "" : " so far"}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
