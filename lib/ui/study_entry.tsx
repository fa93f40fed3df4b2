import { ChecksLine } from "./checks_line.tsx";
import type { Study } from "../study/page.ts";
import { Status, Tally, Time } from "./marks.tsx";
import type { Overview } from "./overview.ts";
import { Prose } from "./prose.tsx";
import { ShippedMark } from "./shipped.tsx";
import { Small } from "./small.tsx";

/** A study in the index. */
export function StudyEntry({ study, overview: { run, figure, checks } }: {
  study: Study;
  overview: Overview;
}) {
  return (
    <li class="study">
      <div>
        <h3>
          <a href={`/studies/${study.id}`}>{study.title}</a>
        </h3>
        <p class="question">
          <Prose text={study.question} />
        </p>
        <p class="meta">
          <ChecksLine checks={checks} study={study.id} />
          {run
            ? (
              <Tally
                held={run.expectations.filter(({ holds }) => holds).length}
                all={run.expectations.length}
                of="expectations hold"
              />
            )
            : !study.derivationOnly && <span class="open">Not run yet</span>}
        </p>
        {run && (
          <p class="meta">
            <a href={`/runs/${run.id}`}>
              <span class="unseen">Run of {study.id},</span>{" "}
              <Time at={run.startedAt} />
            </a>
            <span>{run.preset} preset</span>
            {run.shipped ? <ShippedMark /> : <Status status={run.status} />}
          </p>
        )}
      </div>
      {figure && <Small figure={figure} />}
    </li>
  );
}
