import { formatNumber } from "../plots/format.ts";
import type { Expectation } from "../results/schemas.ts";
import { Verdict } from "./marks.tsx";
import { Scroll } from "./scroll.tsx";

/** What a study expects of a run against what the run measured. */
export function Expectations(
  { expectations }: { expectations: readonly Expectation[] },
) {
  if (expectations.length === 0) {
    return <p class="quiet">No expectation has been evaluated in this run.</p>;
  }
  return (
    <Scroll label="Expectations">
      <table class="expectations">
        <thead>
          <tr>
            <th scope="col">Holds</th>
            <th scope="col">Expectation</th>
            <th scope="col">Expected</th>
            <th scope="col">Measured</th>
          </tr>
        </thead>
        <tbody>
          {expectations.map(({ name, holds, expected, measured }) => (
            <tr key={name}>
              <td>
                <Verdict holds={holds} />
              </td>
              <th scope="row">{name}</th>
              <td>{expected}</td>
              <td class="number">
                {typeof measured === "number"
                  ? formatNumber(measured, 5)
                  : measured ?? "–"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
