import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { LiveRun } from "../../islands/LiveRun.tsx";
import { define } from "../../lib/ui/define.ts";
import type { Run } from "../../lib/results/schemas.ts";
import { stateOf } from "../../lib/ui/live/wire.ts";
import { Time } from "../../lib/ui/marks.tsx";
import { ProvenanceOf } from "../../lib/ui/provenance.tsx";
import { Values } from "../../lib/ui/results.tsx";
import { studies } from "../../lib/studies/mod.ts";
import { commandOf } from "../../lib/study/page.ts";
import { durationOf, StudyLink } from "../../lib/ui/run_table.tsx";
import { formatDuration } from "../../lib/core/units.ts";
import { ShippedRun } from "../../lib/ui/shipped.tsx";
import { ask } from "../../lib/ui/store/ask.ts";

export const handler = define.handlers({
  async GET({ params }) {
    const found = await ask("run", params.id!);
    if (!found) throw new HttpError(404);
    return page(found);
  },
});

/** A run: what it shows, live while it trains, and where it came from. */
export default define.page<typeof handler>(({ data }) => {
  const { run, after, series } = data;
  return (
    <article>
      <Head>
        <title>{`${run.id} · Nabla`}</title>
      </Head>
      <p class="kicker">
        Run of <StudyLink id={run.study} />
      </p>
      <h1 class="run-title">
        <bdi>{run.name.slice(0, 200) || run.id}</bdi>
      </h1>
      <p class="meta">
        {run.name && <span>{run.id}</span>}
        <span>{run.preset} preset</span>
        <span>seed {run.seed}</span>
        {run.replicas > 1 && <span>{run.replicas} replicas</span>}
        <Time at={run.startedAt} />
        {run.status !== "running" && (
          <span>{formatDuration(durationOf(run))}</span>
        )}
      </p>
      {run.shipped && <ShippedRun run={run} command={commandFor(run)} />}
      {run.notes && (
        <p class="text">
          <bdi>{run.notes}</bdi>
        </p>
      )}
      <LiveRun
        id={run.id}
        state={stateOf(run)}
        series={series}
        after={after}
        wanted={wantedBy(run)}
      />
      <section aria-labelledby="config">
        <h2 id="config">Configuration</h2>
        <Values values={run.config} label="Configuration" />
      </section>
      <section aria-labelledby="provenance">
        <h2 id="provenance">Provenance</h2>
        <ProvenanceOf run={run} />
      </section>
    </article>
  );
});

/** What makes a run of the same study. */
function commandFor({ study }: Run): string {
  const known = studies.find(({ id }) => id === study);
  return known ? commandOf(known) : `deno task experiment ${study}`;
}

/** The curves that the run's study asks for; a difference needs whole curves and stands on the study's page. */
function wantedBy({ study }: Run) {
  const figures = studies.find(({ id }) => id === study)?.figures ?? [];
  return figures.filter(({ kind }) => kind === "lines");
}
