import { formatDuration } from "../core/units.ts";
import type { Run } from "../results/schemas.ts";
import { Status, Tally, Time } from "./marks.tsx";
import { studies } from "../studies/mod.ts";
import { Scroll } from "./scroll.tsx";
import { ShippedMark } from "./shipped.tsx";

/** Runs, one per row, as the store lists them. */
export function RunTable({ runs }: { runs: readonly Run[] }) {
  return (
    <Scroll label="Runs">
      <table class="runs">
        <thead>
          <tr>
            {[
              "Run",
              "Study",
              "Preset",
              "Seed",
              "Status",
              "Started (UTC)",
              "Duration",
              "Adapter",
              "Expected",
            ].map((title) => <th scope="col" key={title}>{title}</th>)}
          </tr>
        </thead>
        <tbody>{runs.map((run) => <RunRow key={run.id} run={run} />)}</tbody>
      </table>
    </Scroll>
  );
}

function RunRow({ run }: { run: Run }) {
  const held = run.expectations.filter(({ holds }) => holds).length;
  return (
    <tr>
      <th scope="row">
        <a href={`/runs/${run.id}`}>
          <bdi>{run.name.slice(0, 80) || run.id}</bdi>
        </a>
      </th>
      <td>
        <StudyLink id={run.study} />
      </td>
      <td>{run.preset}</td>
      <td class="number">{run.seed}</td>
      <td>
        {run.shipped ? <ShippedMark /> : <Status status={run.status} />}
      </td>
      <td>
        <Time at={run.startedAt} zone={false} />
      </td>
      <td class="number">{formatDuration(durationOf(run))}</td>
      <td class="adapter">{run.provenance.adapter?.description ?? "–"}</td>
      <td>
        {run.expectations.length === 0
          ? "–"
          : <Tally held={held} all={run.expectations.length} of="" />}
      </td>
    </tr>
  );
}

/** A link to the page of a study, or its id alone where it has no page. */
export function StudyLink({ id }: { id: string }) {
  return studies.some((study) => study.id === id)
    ? <a href={`/studies/${id}`}>{id}</a>
    : <>{id}</>;
}

/** Milliseconds from start to end, or to the last sign of life. */
export function durationOf(
  run: Pick<Run, "startedAt" | "endedAt" | "heartbeatAt">,
): number {
  return Date.parse(run.endedAt ?? run.heartbeatAt) -
    Date.parse(run.startedAt);
}
