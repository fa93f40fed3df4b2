import {
  planColumns,
  planExtent,
  planFacts,
  planLegend,
  planRows,
  type PlanSummary,
} from "../core/plan_summary.ts";
import { Scroll } from "./scroll.tsx";

/** What a step of each plan of a run costs, the first one unfolded. */
export function PlanCosts({ plans }: { plans: readonly PlanSummary[] }) {
  if (plans.length === 0) return null;
  return (
    <>
      <h3>Cost of a step</h3>
      <p class="quiet">{planLegend}</p>
      {plans.map((plan, i) => (
        <details key={i} class="plan" open={i === 0}>
          <summary>
            <b>{plan.name}</b> {planExtent(plan)}
          </summary>
          <Layers plan={plan} />
          <dl class="facts" aria-label={`Cost of ${plan.name}`}>
            {planFacts(plan).map(({ name, text }) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{text}</dd>
              </div>
            ))}
          </dl>
        </details>
      ))}
    </>
  );
}

function Layers({ plan }: { plan: PlanSummary }) {
  return (
    <Scroll label={`Layers of ${plan.name}`}>
      <table class="costs">
        <thead>
          <tr>
            {planColumns.map((name) => <th scope="col" key={name}>{name}</th>)}
          </tr>
        </thead>
        <tbody>
          {planRows(plan).map(([layer, ...cells]) => (
            <tr key={layer}>
              <th scope="row">{layer}</th>
              {cells.map((cell, i) => <td key={i}>{cell}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
