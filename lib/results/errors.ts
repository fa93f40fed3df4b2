/** What can go wrong with the store, in words a person can act on. */
import { NablaError } from "../core/errors.ts";

/** There is no store yet. A server shows a page that says so and tries again later. */
export class StoreMissing extends NablaError {
  override name = "StoreMissing";
}

/** The file is damaged or not a store of this workbench. It is left as it is. */
export class StoreDamaged extends NablaError {
  override name = "StoreDamaged";
}

/** A run's record that another program made invalid. The rest of the store can be read. */
export class RunUnreadable extends NablaError {
  override name = "RunUnreadable";
}

/** A damaged or foreign file at `path`, with what was found and what to do. */
export function damaged(path: string, found: string): StoreDamaged {
  return new StoreDamaged(
    `Cannot use the store ${path}: ${found}. The file was left untouched; move it away (mv ${path} ${path}.damaged) and the next run starts a new store, or choose another folder with NABLA_DATA`,
  );
}

const CAUSES: [RegExp, (path: string) => string][] = [
  [
    /locked/,
    (path) =>
      `Cannot write to the store ${path}: another process has kept it locked for longer than the busy timeout; wait for that process or end it, then try again`,
  ],
  [
    /disk is full|disk I\/O error/,
    (path) =>
      `Cannot write to the store ${path}: the disk is full or refuses the write; what was recorded before is intact, free some space and continue with --resume`,
  ],
  [
    /readonly|unable to open/,
    (path) =>
      `Cannot write to the store ${path}: the file or its folder is read-only, or the store was opened for reading; make both writable or choose another folder with NABLA_DATA`,
  ],
];

/** Whether SQLite says that a file is damaged or no database at all. */
export function saysDamaged(error: unknown): boolean {
  return isSqlite(error) &&
    /malformed|not a database/.test((error as Error).message);
}

/** Errors of SQLite about the file at `path` as a {@link NablaError}; any other error as it is. */
export function explain(error: unknown, path: string): unknown {
  if (!isSqlite(error)) return error;
  const { message } = error as Error;
  if (saysDamaged(error)) return damaged(path, message);
  const cause = CAUSES.find(([pattern]) => pattern.test(message));
  return cause ? new NablaError(cause[1](path), { cause: error }) : error;
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    error.code === "ERR_SQLITE_ERROR";
}
