/** Runs as lists show them: what names and judges a run, without its documents. */
import type { Run } from "./schemas.ts";

/** A run in a list. */
export interface RunHead extends
  Pick<
    Run,
    | "id"
    | "study"
    | "name"
    | "preset"
    | "seed"
    | "replicas"
    | "status"
    | "startedAt"
    | "endedAt"
    | "heartbeatAt"
    | "shipped"
  > {
  /** Description of the adapter; `null` where none was used. */
  readonly adapter: string | null;
  /** Expectations that were judged, and how many of them hold. */
  readonly expected: number;
  readonly held: number;
}

/** A row of the store that is no valid run: another program wrote or changed it. */
export interface UnreadableRun {
  /** As text, whatever it was. */
  readonly id: string;
  readonly study: string;
  /** What is wrong with the row. */
  readonly unreadable: string;
}

export type ListedRun = RunHead | UnreadableRun;

/** Whether a listed run can be shown. */
export function isReadable(run: ListedRun): run is RunHead {
  return !("unreadable" in run);
}

/** What a list shows of a run. */
export function headOf(run: Run): RunHead {
  const { id, study, name, preset, seed, replicas, status, shipped } = run;
  const { startedAt, endedAt, heartbeatAt, expectations } = run;
  return {
    id,
    study,
    name,
    preset,
    seed,
    replicas,
    status,
    startedAt,
    endedAt,
    heartbeatAt,
    shipped,
    adapter: run.provenance.adapter?.description ?? null,
    expected: expectations.length,
    held: expectations.filter(({ holds }) => holds).length,
  };
}
