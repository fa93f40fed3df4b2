import { formatDuration } from "../core/units.ts";
import {
  isReadable,
  type ListedRun,
  type RunHead,
  type UnreadableRun,
} from "../results/listed_run.ts";
import type { Run } from "../results/schemas.ts";
import { Status, Tally, Time } from "./marks.tsx";
import { studies } from "../studies/mod.ts";
import { Scroll } from "./scroll.tsx";
import { ShippedMark } from "./shipped.tsx";

/** Runs, one per row, as the store lists them. */
export function RunTable({ runs }: { runs: readonly ListedRun[] }) {
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
        <tbody>
          {runs.map((run, i) =>
            isReadable(run)
              ? <RunRow key={run.id} run={run} />
              : <UnreadableRow key={i} run={run} />
          )}
        </tbody>
      </table>
    </Scroll>
  );
}

/** A row of the store that another program made invalid, and how. */
function UnreadableRow({ run: { id, study, unreadable } }: {
  run: UnreadableRun;
}) {
  return (
    <tr>
      <th scope="row">
        <bdi>{id}</bdi>
      </th>
      <td>
        <bdi>{study}</bdi>
      </td>
      <td colSpan={7}>
        <span class="open">unreadable</span> <small>{unreadable}</small>
      </td>
    </tr>
  );
}

function RunRow({ run }: { run: RunHead }) {
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
      <td class="adapter">{run.adapter ?? "–"}</td>
      <td>
        {run.expected === 0
          ? "–"
          : <Tally held={run.held} all={run.expected} of="" />}
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
