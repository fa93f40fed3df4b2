import type { ComponentType } from "preact";
import { filled } from "../study/filled.ts";
import { commandOf, type Study } from "../study/page.ts";
import type { Figure } from "../plots/figure.ts";
import { albumOf } from "../plots/pictures.ts";
import type { Run } from "../results/schemas.ts";
import type { ChartProps } from "./chart/chart.tsx";
import { Claims } from "./claims.tsx";
import { Expectations } from "./expectations.tsx";
import { Command, Status, Time } from "./marks.tsx";
import { Pictures } from "./pictures.tsx";
import { PlanCosts } from "./plan_costs.tsx";
import { Prose } from "./prose.tsx";
import { Values } from "./results.tsx";
import { ShippedRun } from "./shipped.tsx";

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
      {run?.shipped && <ShippedRun run={run} command={commandOf(study)} />}
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
      {!run && <Command>{commandOf(study)}</Command>}
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
                <Prose text={filled(ref.caption, run.config)} />
              </p>
            </figcaption>
            <Chart
              figure={figure}
              source={`/api/runs/${run.id}/metrics`}
              replicas={`/api/runs/${run.id}/replicas`}
            />
          </figure>
        );
      })}
      {run && <StudyPictures study={study} run={run} />}
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
          <OtherResults study={study} run={run} />
          <PlanCosts plans={run.provenance.plans} />
          <h3>Make it again</h3>
          <Command>{commandOf(study)}</Command>
          <p>
            <a href={`/runs?study=${study.id}`}>All runs of this study</a>
          </p>
        </>
      )}
    </section>
  );
}

/** The albums of the study that the run stored. */
function StudyPictures({ study, run }: { study: Study; run: Run }) {
  return (study.pictures ?? []).map(({ id, title, caption, result }) => {
    const album = albumOf(run.results[result]);
    return album && (
      <figure key={id} id={id}>
        <figcaption>
          <h3>{title}</h3>
          <p>
            <Prose text={filled(caption, run.config)} />
          </p>
        </figcaption>
        <Pictures album={album} />
      </figure>
    );
  });
}

/** Results that no figure of the study shows as pictures. */
function OtherResults({ study, run }: { study: Study; run: Run }) {
  const shown = study.pictures?.map(({ result }) => result) ?? [];
  const others = Object.entries(run.results)
    .filter(([name]) => !shown.includes(name));
  if (others.length === 0) return null;
  return (
    <>
      <h3>Results</h3>
      <Values values={Object.fromEntries(others)} label="Results" />
    </>
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
