/** Finding, judging and opening the store's file before anything is written to it. */
import { dirname, join, resolve } from "node:path";
import { NablaError } from "../core/errors.ts";
import { createFolder } from "./artifacts.ts";
import { connect, connectCopy, type Database } from "./database.ts";
import {
  damaged,
  FolderReadOnly,
  readOnly,
  saysDamaged,
  StoreMissing,
  unmerged,
} from "./errors.ts";
import { look, stat } from "./files.ts";
import {
  APPLICATION_ID,
  migrate,
  MIGRATIONS,
  schemaVersion,
} from "./migrations.ts";

export interface OpenOptions {
  mode: "write" | "read";
  /** Milliseconds a statement waits for another process's lock; 5000. */
  timeout?: number;
}

/** Name of the store's file in the data folder. */
export const FILE_NAME = "nabla.sqlite";

/**
 * Opens the store's file in the data folder `directory`. Writing creates folder
 * and file and migrates an older schema.
 *
 * @throws {StoreMissing} If there is nothing to read yet
 * @throws {StoreDamaged} If the file is damaged or something else
 * @throws {NablaError} If the schema is newer, or older and the mode is `read`
 */
export function openDatabase(
  directory: string,
  { mode, timeout = 5000 }: OpenOptions,
): Database {
  const path = join(directory, FILE_NAME);
  if (mode === "read") return openForReading(path, timeout);
  createFolder(directory);
  // Judged through a reading connection, so that a file that is refused is
  // never touched.
  if (look(path)) judgeBeforeWriting(path, timeout);
  const database = connect(path, { writable: true, timeout });
  try {
    useWriteAheadLog(database, timeout);
    // FULL: a metric row is on the disk before it counts as recorded.
    database.exec(
      "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 33554432",
    );
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Says what is in the way of a store.
 *
 * @throws {NablaError} If something else than a folder or a file lies there, or it may not be looked at
 */
export function checkPlace(directory: string): void {
  const path = join(directory, FILE_NAME);
  const refuse = (reason: string) => {
    throw new NablaError(
      `Cannot use ${directory} as the data folder: ${reason}; move it away or choose another folder with NABLA_DATA`,
    );
  };
  try {
    const nearest = nearestThere(resolve(directory));
    if (nearest && !nearest.found.isDirectory) {
      refuse(`${nearest.at} is no folder`);
    }
    const found = stat(path);
    if (found && !found.isFile) refuse(`${path} is no file`);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    throw new NablaError(
      `Cannot use ${directory} as the data folder: it may not be read (${error.message}); give yourself the right to it or choose another folder with NABLA_DATA`,
      { cause: error },
    );
  }
}

/** `path` or the closest folder above it that is there; `null` where this process has no right to look further up. */
function nearestThere(
  path: string,
): { at: string; found: Deno.FileInfo } | null {
  try {
    for (let at = path;; at = dirname(at)) {
      const found = stat(at);
      if (found) return { at, found };
    }
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return null;
    throw error;
  }
}

function openForReading(path: string, timeout: number): Database {
  const missing = (found: string) =>
    new StoreMissing(
      `Cannot read the store ${path}: ${found}; record a first run with deno task experiment, or point NABLA_DATA at the folder that holds one`,
    );
  if (!look(path)) throw missing("there is no such file");
  let database = connect(path, { writable: false, timeout });
  try {
    let version: number;
    try {
      version = judge(database);
    } catch (error) {
      if (!(error instanceof FolderReadOnly)) throw error;
      if (look(`${path}-wal`)?.size) throw unmerged(path);
      database.close();
      database = connectCopy(path);
      version = judge(database);
    }
    if (version === 0) throw missing("it is empty");
    if (version < MIGRATIONS.length) {
      throw new NablaError(
        `Cannot read the store ${path}: its schema is version ${version}, need version ${MIGRATIONS.length}; any new run (deno task experiment) migrates it after a backup`,
      );
    }
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function judgeBeforeWriting(path: string, timeout: number): void {
  const database = connect(path, { writable: false, timeout });
  try {
    judge(database);
  } catch (error) {
    throw error instanceof FolderReadOnly ? readOnly(path) : error;
  } finally {
    database.close();
  }
}

/** The schema version of a file that is a store or empty; throws for any other. */
function judge(database: Database): number {
  const { path } = database;
  const version = schemaVersion(database);
  const tables = database.get("SELECT count(*) AS count FROM sqlite_schema")!;
  if (version === 0 && tables.count === 0) return 0;
  const owner = database.get("PRAGMA application_id")!.application_id;
  if (owner !== APPLICATION_ID) {
    throw damaged(path, "it is an SQLite database of another program");
  }
  if (version > MIGRATIONS.length) {
    throw new NablaError(
      `Cannot open the store ${path}: its schema is version ${version}, this program knows versions up to ${MIGRATIONS.length}; update the program or choose another folder with NABLA_DATA`,
    );
  }
  return version;
}

/** SQLite does not wait for locks while it changes the journal mode, so this does. */
function useWriteAheadLog(database: Database, timeout: number): void {
  const end = performance.now() + timeout;
  const pause = new Int32Array(new SharedArrayBuffer(4));
  while (true) {
    try {
      return database.exec("PRAGMA journal_mode = WAL");
    } catch (error) {
      if (saysDamaged(error) || performance.now() > end) throw error;
      Atomics.wait(pause, 0, 0, 20);
    }
  }
}
