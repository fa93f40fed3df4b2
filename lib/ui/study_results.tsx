import type { ComponentType } from "preact";
import type { Study } from "../derivations/derivation.ts";
import type { Figure } from "../plots/figure.ts";
import type { Run } from "../results/schemas.ts";
import type { ChartProps } from "./chart/chart.tsx";
import { Claims } from "./claims.tsx";
import { Expectations } from "./expectations.tsx";
import { Command, Status, Time } from "./marks.tsx";
import { PlanCosts } from "./plan_costs.tsx";
import { Prose } from "./prose.tsx";
import { Values } from "./results.tsx";

/** What a run of the study showed: its figures, expectations and results, and the command that makes them. */
export function StudyResults({ study, run, newer, figures, Chart }: {
  study: Study;
  run: Run | null;
  /** The newest run where that is another one. */
  newer: Run | null;
  /** One per figure of the study; null where the run lacks its series. */
  figures: readonly (Figure | null)[];
  /** The island that draws a figure. */
  Chart: ComponentType<ChartProps>;
}) {
  const absent = study.figures.filter((_, i) => !figures[i]);
  return (
    <section aria-labelledby="measured">
      <h2 id="measured">Measured</h2>
      {run ? <Origin run={run} /> : (
        <p>
          No run of this study is stored yet. This command makes one:
        </p>
      )}
      {newer && (
        <p class="meta">
          <a href={`/runs/${newer.id}`}>Newest run {newer.id}</a>
          <Status status={newer.status} />
        </p>
      )}
      {!run && <Command>{study.command}</Command>}
      {run && (
        <Claims
          claims={study.claims ?? []}
          expectations={run.expectations}
        />
      )}
      {run && study.figures.map((ref, i) => {
        const figure = figures[i];
        return figure && (
          <figure key={ref.id} id={ref.id}>
            <figcaption>
              <h3>{ref.title}</h3>
              <p>
                <Prose text={ref.caption} />
              </p>
            </figcaption>
            <Chart figure={figure} source={`/api/runs/${run.id}/metrics`} />
          </figure>
        );
      })}
      {run && absent.length > 0 && (
        <p class="quiet">
          This run has not recorded the figures{" "}
          {absent.map(({ title }) => `“${title}”`).join(", ")}; the command
          below makes them.
        </p>
      )}
      {run && (
        <>
          <h3>Expectations</h3>
          <Expectations expectations={run.expectations} />
          {Object.keys(run.results).length > 0 && (
            <>
              <h3>Results</h3>
              <Values values={run.results} label="Results" />
            </>
          )}
          <PlanCosts plans={run.provenance.plans} />
          <h3>Make it again</h3>
          <Command>{study.command}</Command>
          <p>
            <a href={`/runs?study=${study.id}`}>All runs of this study</a>
          </p>
        </>
      )}
    </section>
  );
}

function Origin({ run }: { run: Run }) {
  return (
    <p class="meta">
      <a href={`/runs/${run.id}`}>Run {run.id}</a>
      <span>{run.preset} preset, seed {run.seed}</span>
      <Time at={run.startedAt} />
      <Status status={run.status} />
    </p>
  );
}
