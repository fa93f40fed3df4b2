/** The tables of the store, version by version. */
import { NablaError } from "../core/errors.ts";
import type { Database } from "./database.ts";
import { writeAtomically } from "./files.ts";

/** `PRAGMA application_id` of a store: "NABL" in ASCII. */
export const APPLICATION_ID = 0x4e41424c;

const VERSION_1 = `
  CREATE TABLE runs (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    study TEXT NOT NULL,
    name TEXT NOT NULL,
    notes TEXT NOT NULL,
    preset TEXT NOT NULL,
    seed INTEGER NOT NULL,
    replicas INTEGER NOT NULL,
    config TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    heartbeat_at TEXT NOT NULL,
    error TEXT,
    provenance TEXT NOT NULL,
    expectations TEXT NOT NULL,
    results TEXT NOT NULL,
    shipped INTEGER NOT NULL,
    last_sequence INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE series (
    key INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (key),
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    UNIQUE (run, name)
  ) STRICT;

  CREATE TABLE metrics (
    series INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    run INTEGER NOT NULL,
    step INTEGER NOT NULL,
    replica INTEGER NOT NULL,
    value REAL,
    special TEXT,
    PRIMARY KEY (series, sequence)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX metrics_by_run ON metrics (run, sequence);

  CREATE TABLE checkpoints (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    run INTEGER NOT NULL REFERENCES runs (key),
    epoch INTEGER NOT NULL,
    step INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    saved_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX checkpoints_by_run ON checkpoints (run, key);
  CREATE INDEX checkpoints_by_hash ON checkpoints (sha256);

  CREATE TABLE checks (
    study TEXT NOT NULL,
    line TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (study, line)
  ) STRICT;
`;

/** Statements that lead from version `i` to `i + 1`. Released entries never change. */
export const MIGRATIONS: readonly string[] = [VERSION_1];

/** The schema version a database has; 0 for an empty one. */
export function schemaVersion(database: Database): number {
  return Number(database.get("PRAGMA user_version")!.user_version);
}

/**
 * Brings the database to the last version in one transaction, after a copy of
 * an older file beside it: `nabla.sqlite.v1-20261121T061500.backup`.
 *
 * @throws {NablaError} If a statement fails; the database then stays as it was
 */
export function migrate(database: Database, migrations = MIGRATIONS): void {
  database.transaction(() => {
    const version = schemaVersion(database);
    if (version >= migrations.length) return;
    if (version > 0) backUp(database, version);
    try {
      migrations.slice(version).forEach((sql) => database.exec(sql));
    } catch (error) {
      throw new NablaError(
        `Cannot migrate the store ${database.path} from version ${version} to ${migrations.length}: ${
          (error as Error).message
        }; the store is unchanged`,
        { cause: error },
      );
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

function backUp(database: Database, version: number): void {
  const time = new Date().toISOString().replaceAll(/[-:]|\..*/g, "");
  // Read through SQLite: closing a second handle on the file would drop this
  // process's locks on it.
  writeAtomically(
    `${database.path}.v${version}-${time}.backup`,
    database.serialize(),
  );
}
