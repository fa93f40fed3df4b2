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

/** SQLite wants to write beside a file that is only to be read, and may not. */
export class FolderReadOnly extends NablaError {
  override name = "FolderReadOnly";
}

/** SQLite's code for a write through a connection that only reads. */
const READ_ONLY = 8;

/** What SQLite's messages mean: a cause and a remedy. */
const CAUSES: [pattern: RegExp, meaning: string][] = [
  [
    /locked/,
    "another process has kept it locked for longer than the busy timeout; wait for that process or end it, then try again",
  ],
  [
    /disk is full/,
    "the disk is full; what was recorded before is intact, free some space and continue with --resume",
  ],
  [
    /disk I\/O error/,
    "the disk refuses it (disk I/O error); what was recorded before is intact, see whether the disk is full or failing, or choose another folder with NABLA_DATA",
  ],
  [
    /readonly|unable to open/,
    "the file or its folder is read-only for you; make both writable or choose another folder with NABLA_DATA",
  ],
];

/** A store that is to be written in a folder that cannot be. */
export function readOnly(path: string): NablaError {
  return new NablaError(
    `Cannot write to the store ${path}: ${CAUSES.at(-1)![1]}`,
  );
}

/** A store in a folder that cannot be written, while rows of it still wait in a second file. */
export function unmerged(path: string): NablaError {
  return new NablaError(
    `Cannot read the store ${path}: its last rows are in ${path}-wal, and its folder may not be written, which merging them takes; make the folder writable, or copy it to one that is and name the copy with NABLA_DATA`,
  );
}

/** Whether SQLite says that a file is damaged or no database at all. */
export function saysDamaged(error: unknown): boolean {
  return isSqlite(error) &&
    /malformed|not a database/.test((error as Error).message);
}

/** Errors of SQLite about the file at `path` as a {@link NablaError}; any other error as it is. */
export function explain(
  error: unknown,
  path: string,
  { writable }: { writable: boolean },
): unknown {
  if (!isSqlite(error)) return error;
  const { message } = error as Error;
  if (saysDamaged(error)) return damaged(path, message);
  const cause = CAUSES.find(([pattern]) => pattern.test(message));
  if (!cause) return error;
  const toRead = !writable && /readonly|unable to open/.test(message);
  if (toRead && (error as { errcode?: number }).errcode === READ_ONLY) {
    return new NablaError(
      `Cannot write to the store ${path}: it was opened for reading`,
      { cause: error },
    );
  }
  const action = writable ? "write to" : "read";
  const Kind = toRead ? FolderReadOnly : NablaError;
  return new Kind(`Cannot ${action} the store ${path}: ${cause[1]}`, {
    cause: error,
  });
}

function isSqlite(error: unknown): boolean {
  return error instanceof Error && "code" in error &&
    error.code === "ERR_SQLITE_ERROR";
}
