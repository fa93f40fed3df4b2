/** The store: runs with everything they record, written by trainers and read by the server. */
import type { Checkpoint, CheckpointPlace } from "./checkpoints.ts";
import type { NewMetricRow } from "./metric_rows.ts";
import type { OpenOptions } from "./open.ts";
import { promised } from "./promised.ts";
import type { RunReader } from "./reader.ts";
import type { NewRun, RunPatch } from "./run_rows.ts";
import type { CheckRow, Run } from "./schemas.ts";
import { openSqlite, type SqliteStore } from "./sqlite.ts";

/**
 * An open store. Every method is one transaction, waits up to the busy timeout for
 * other writers, and rejects with a NablaError that names place and remedy.
 * Methods that take an id reject if there is no such run, except `run()`.
 */
export interface Store extends RunReader, AsyncDisposable {
  /** Path of the SQLite file. */
  readonly path: string;
  /** Adds a run that starts now; an id that is taken is refused. */
  createRun(init: NewRun): Promise<Run>;
  /** Changes fields of a run. */
  updateRun(id: string, patch: RunPatch): Promise<void>;
  /** Says that the run's trainer is alive. */
  heartbeat(id: string): Promise<void>;
  /** Removes a run with its rows and the artifacts nobody else needs. Refused while it trains. */
  deleteRun(id: string): Promise<void>;
  /** Records rows: they are on the disk when it resolves, with the last sequence number. */
  appendMetrics(id: string, rows: readonly NewMetricRow[]): Promise<number>;
  /** Forgets rows with `sequence > after`, as a resumed run does that records them anew; their numbers are not used again. */
  rewind(id: string, after: number): Promise<void>;
  /** Saves a safetensors file durably as the run's last checkpoint; the last two are kept. */
  saveCheckpoint(
    id: string,
    place: CheckpointPlace,
    bytes: Uint8Array,
  ): Promise<{ sha256: string; sequence: number }>;
  /** The last checkpoint whose file matches its hash, with a warning if it is not the last saved; `null` if none was saved. */
  latestCheckpoint(id: string): Promise<Checkpoint | null>;
  /** Stores outcomes of derivation checks; newer ones replace older ones of the same line. */
  saveChecks(rows: readonly CheckRow[]): Promise<void>;
  /**
   * A number that differs from the last one if anything was written since.
   *
   * @throws {StoreMissing} If the file was removed or replaced: close, open again
   */
  version(): Promise<number>;
  close(): Promise<void>;
}

/**
 * Opens the store in the data folder `directory`.
 *
 * @throws {StoreMissing} If the mode is `read` and there is nothing to read yet
 * @throws {StoreDamaged} If the file is damaged or not a store
 * @throws {NablaError} If the schema does not fit or the folder cannot be used
 */
// deno-lint-ignore require-await -- others than SQLite connect first
export async function openStore(
  directory: string,
  options: OpenOptions,
): Promise<Store> {
  return storeOf(openSqlite(directory, options));
}

/** An SQLite file as a store. */
export function storeOf(sqlite: SqliteStore): Store {
  const store = promised<Omit<Store, typeof Symbol.asyncDispose>>(sqlite);
  return { ...store, [Symbol.asyncDispose]: () => store.close() };
}
