/** Runs as rows: scalars in columns, the rest as JSON text. */
import type { SQLInputValue } from "node:sqlite";
import { z } from "zod";
import type { Row } from "./database.ts";
import { RunUnreadable } from "./errors.ts";
import type { UnreadableRun } from "./listed_run.ts";
import { Run } from "./schemas.ts";
import { parseJson, toJson } from "./special.ts";

/** Name of a member of {@link Run}. */
export type RunField = keyof Run;
const JSON_FIELDS: RunField[] = [
  "config",
  "provenance",
  "expectations",
  "results",
];
/** Every member of a run, in the order of the columns. */
export const FIELDS = Object.keys(Run.shape) as RunField[];

/** Column of a member: `startedAt` is `started_at`. */
export const columnOf = (field: RunField) =>
  field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a member's column holds for `value`. */
export function toColumn(field: RunField, value: unknown): SQLInputValue {
  if (JSON_FIELDS.includes(field)) return JSON.stringify(toJson(value));
  if (typeof value === "boolean") return Number(value);
  return value as SQLInputValue;
}

/** The run of a row, or what is wrong with it if another program made it invalid. */
export function parseRow(row: Row): Run | UnreadableRun {
  const document = Object.fromEntries(FIELDS.map((field) => {
    const value = row[columnOf(field)];
    if (JSON_FIELDS.includes(field)) return [field, parseJson(String(value))];
    return [field, field === "shipped" ? value === 1 : value];
  }));
  const parsed = Run.safeParse(document);
  if (parsed.success) return parsed.data;
  const text = (value: unknown) => String(value).slice(0, 200);
  return {
    id: text(row.id),
    study: text(row.study),
    unreadable: z.prettifyError(parsed.error).slice(0, 1000),
  };
}

/** The run of a row. @throws {RunUnreadable} If another program made it invalid */
export function runFromRow(row: Row): Run {
  const run = parseRow(row);
  if (!("unreadable" in run)) return run;
  throw new RunUnreadable(
    `Cannot read run ${run.id}: ${run.unreadable}; its record was changed by another program. deno task runs --delete ${run.id} removes it`,
  );
}
