import { useMemo } from "preact/hooks";
import { figuresOf } from "../../plots/groups.ts";
import { formatNumber } from "../../plots/format.ts";
import type { Series } from "../../plots/series.ts";
import { Chart } from "../chart/chart.tsx";
import { Expectations } from "../expectations.tsx";
import { Command, Status } from "../marks.tsx";
import { Values } from "../results.tsx";
import { type LiveStart, useRun } from "./use_run.ts";
import { isOver } from "./wire.ts";

/** What a run shows and may still change: status, curves, expectations, results. */
export function RunView(start: LiveStart) {
  const { id, wanted } = start;
  const { state, series, up } = useRun(start);
  const figures = useMemo(
    () => figuresOf(series, wanted, state.results),
    [series, state.results],
  );

  const live = !isOver(state);
  return (
    <>
      <p class="run-state" role="status">
        <Status status={state.status} /> <Progress series={series} />
        {live && (
          <span class={up ? "line-up" : "line-down"}>
            {up
              ? state.status === "running" ? "following live" : ""
              : "connection lost, trying again"}
          </span>
        )}
      </p>
      {state.error && (
        <div class="notice bad" role="note">
          <strong>The run failed.</strong> <bdi class="text">{state.error}</bdi>
        </div>
      )}
      {state.status === "interrupted" && (
        <>
          <p>Continue it from its last checkpoint with</p>
          <Command>{`deno task experiment --resume ${id}`}</Command>
        </>
      )}
      <section aria-labelledby="curves">
        <h2 id="curves">Curves</h2>
        {figures.length === 0 && (
          <p class="quiet">
            {live
              ? "No metric has been recorded yet."
              : "No metric was recorded."}
          </p>
        )}
        {figures.map((figure) => (
          <figure key={figure.id}>
            <figcaption>
              <h3>{figure.title}</h3>
            </figcaption>
            <Chart
              figure={figure}
              source={`/api/runs/${id}/metrics`}
              replicas={`/api/runs/${id}/replicas`}
            />
          </figure>
        ))}
      </section>
      <section aria-labelledby="expectations">
        <h2 id="expectations">Expectations</h2>
        <Expectations expectations={state.expectations} />
      </section>
      {Object.keys(state.results).length > 0 && (
        <section aria-labelledby="results">
          <h2 id="results">Results</h2>
          <Values values={state.results} label="Results" />
        </section>
      )}
    </>
  );
}

function Progress({ series }: { series: readonly Series[] }) {
  const last = Math.max(-1, ...series.map(({ x }) => x.at(-1) ?? -1));
  if (last < 0) return null;
  return <span class="progress">step {formatNumber(last)}</span>;
}
