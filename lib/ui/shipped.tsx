import type { CheckRow, Run } from "../results/schemas.ts";
import { Command, Notice, Time } from "./marks.tsx";

/** Says that a run came with Nabla, where it was made, and how to make one's own. */
export function ShippedRun({ run, command }: { run: Run; command: string }) {
  const { adapter, revision, dirty } = run.provenance;
  return (
    <Notice>
      <p>
        <strong>This run came with Nabla.</strong> It was made at{" "}
        <Time at={run.startedAt} /> from {sourceOf({ revision, dirty })}, on
        {" "}
        {adapter?.description ?? "no GPU"}. Long curves are thinned to what a
        chart shows, and of more than 32 replicas mean and spread are kept. A
        run of your own takes its place:
      </p>
      <Command>{command}</Command>
    </Notice>
  );
}

/** Where and when checks were made that came with Nabla, and how to repeat them. */
export function ShippedChecks(
  { check, study }: { check: CheckRow; study: string },
) {
  const { shipped, checkedAt } = check;
  return (
    <span class="shipped">
      checked at <Time at={checkedAt} /> from {sourceOf(shipped!)}, on{" "}
      {shipped!.adapter ?? "no GPU"}; repeat it with{" "}
      <code>deno task derive {study}</code>
    </span>
  );
}

/** A mark for a list. */
export function ShippedMark() {
  return <span class="shipped">came with Nabla</span>;
}

function sourceOf(
  { revision, dirty }: { revision: string | null; dirty: boolean | null },
) {
  if (revision === null) return <>a source of unknown revision</>;
  return (
    <>
      revision <code>{revision.slice(0, 10)}</code>
      {dirty && " with uncommitted changes"}
    </>
  );
}
