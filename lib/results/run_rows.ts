/** Adding, changing and finding runs. */
import { z } from "zod";
import { NablaError } from "../core/errors.ts";
import type { Database } from "./database.ts";
import { headOf, type ListedRun } from "./listed_run.ts";
import type { RunFilter } from "./reader.ts";
import {
  columnOf,
  FIELDS,
  parseRow,
  runFromRow,
  toColumn,
} from "./run_columns.ts";
import { newRunId } from "./run_id.ts";
import { Run } from "./schemas.ts";
import { toJson } from "./special.ts";

/** What a new run states; the rest has defaults: id, times, `running`, one replica, nothing measured. */
export const NewRun = Run.partial({
  id: true,
  startedAt: true,
  heartbeatAt: true,
});
export type NewRun = z.input<typeof NewRun>;

/** What may change in a run. */
export const RunPatch = Run.omit({ id: true, study: true }).partial();
export type RunPatch = Partial<Omit<Run, "id" | "study">>;

/** Adds a run; returns it with its defaults. @throws {NablaError} If the id is taken or a field is wrong */
export function insertRun(database: Database, init: NewRun): Run {
  const { study } = init;
  const now = new Date();
  const run = check(Run, {
    id: newRunId(String(study), now),
    startedAt: now.toISOString(),
    heartbeatAt: now.toISOString(),
    ...withoutUndefined(init),
  }, "create the run");
  const inserted = database.run(
    `INSERT INTO runs (${FIELDS.map(columnOf)}) VALUES (${
      FIELDS.map(() => "?")
    }) ON CONFLICT (id) DO NOTHING`,
    FIELDS.map((field) => toColumn(field, run[field])),
  );
  if (inserted === 0) {
    throw new NablaError(
      `Cannot create run ${run.id}: the store has a run of this id; choose another id, or continue that one with --resume ${run.id}`,
    );
  }
  return run;
}

/** Changes the given fields of a run. @throws {NablaError} If there is no such run or a field is wrong */
export function patchRun(
  database: Database,
  id: string,
  patch: RunPatch,
): void {
  const given = Object.keys(withoutUndefined(patch)) as (keyof RunPatch)[];
  if (given.length === 0) return;
  const checked = check(RunPatch, patch, `change run ${id}`);
  const changed = database.run(
    `UPDATE runs SET ${
      given.map((field) => `${columnOf(field)} = ?`)
    } WHERE id = ?`,
    [...given.map((field) => toColumn(field, checked[field]!)), id],
  );
  if (changed === 0) throw noSuchRun(id);
}

/** Which rows are asked for, in SQL. */
const FILTER =
  "study = coalesce(?1, study) AND status = coalesce(?2, status) AND preset IS NOT ?3";
const filterValues = ({ study, status, except }: RunFilter) => [
  study ?? null,
  status ?? null,
  except ?? null,
];

/** The newest runs first, by the order they were created in. */
export function selectRuns(
  database: Database,
  { limit, offset, ...filter }: RunFilter & { limit: number; offset: number },
): ListedRun[] {
  return database.all(
    `SELECT * FROM runs WHERE ${FILTER} ORDER BY key DESC LIMIT ?4 OFFSET ?5`,
    [...filterValues(filter), limit, offset],
  ).map((row) => {
    const run = parseRow(row);
    return "unreadable" in run ? run : headOf(run);
  });
}

/** How many runs there are. */
export function countRuns(database: Database, filter: RunFilter): number {
  const { count } = database.get(
    `SELECT count(*) AS count FROM runs WHERE ${FILTER}`,
    filterValues(filter),
  )!;
  return Number(count);
}

/** The newest run that can be read, or `null`. */
export function selectLatest(
  database: Database,
  filter: RunFilter,
): Run | null {
  for (let offset = 0;; offset++) {
    const row = database.get(
      `SELECT * FROM runs WHERE ${FILTER} ORDER BY key DESC LIMIT 1 OFFSET ?4`,
      [...filterValues(filter), offset],
    );
    if (!row) return null;
    const run = parseRow(row);
    if (!("unreadable" in run)) return run;
  }
}

/** The run of an id; `null` if there is none. */
export function selectRun(database: Database, id: string): Run | null {
  const row = database.get("SELECT * FROM runs WHERE id = ?", [id]);
  return row ? runFromRow(row) : null;
}

/** Primary key and last sequence number of a run. @throws {NablaError} If there is no such run */
export function runKey(
  database: Database,
  id: string,
): { key: number; lastSequence: number } {
  const row = database.get(
    "SELECT key, last_sequence FROM runs WHERE id = ?",
    [id],
  );
  if (!row) throw noSuchRun(id);
  return { key: Number(row.key), lastSequence: Number(row.last_sequence) };
}

function noSuchRun(id: string): NablaError {
  return new NablaError(
    `Cannot find run ${id} in the store; list the runs with deno task runs`,
  );
}

function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
  action: string,
): z.output<T> {
  const parsed = schema.safeParse(toJson(value));
  if (parsed.success) return parsed.data;
  throw new NablaError(`Cannot ${action}: ${z.prettifyError(parsed.error)}`);
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined),
  ) as Partial<T>;
}
