/**
 * The store: one SQLite file that trainers write and the server reads at the
 * same time, from any number of processes.
 */
import { openArtifacts } from "./artifacts.ts";
import { selectChecks, upsertChecks } from "./check_rows.ts";
import {
  type Checkpoint,
  type CheckpointPlace,
  insertCheckpoint,
  selectCheckpoint,
} from "./checkpoints.ts";
import { deleteRun } from "./delete_run.ts";
import { StoreMissing } from "./errors.ts";
import { look } from "./files.ts";
import {
  appendRows,
  type NewMetricRow,
  removeRowsAfter,
  selectRows,
  selectSeries,
} from "./metric_rows.ts";
import { openDatabase, type OpenOptions } from "./open.ts";
import type { RunReader } from "./reader.ts";
import {
  insertRun,
  type NewRun,
  patchRun,
  type RunPatch,
  selectRun,
  selectRuns,
} from "./run_rows.ts";
import type { CheckRow, Run } from "./schemas.ts";
import { selectThinned } from "./thinning.ts";

/**
 * An open store. Every method is one statement or one transaction, waits up to
 * the busy timeout for other writers, and throws a NablaError that names file
 * and remedy. Methods that take an id throw one if there is no such run, except
 * `run()`.
 */
export interface Store extends RunReader, Disposable {
  /** Path of the SQLite file. */
  readonly path: string;
  /** Adds a run that starts now; an id that is taken is refused. */
  createRun(init: NewRun): Run;
  /** Changes fields of a run. */
  updateRun(id: string, patch: RunPatch): void;
  /** Says that the run's trainer is alive. */
  heartbeat(id: string): void;
  /** Removes a run with its rows and the artifacts nobody else needs. Refused while it trains. */
  deleteRun(id: string): void;
  /** Records rows: they are on the disk when it returns. Returns the last sequence number. */
  appendMetrics(id: string, rows: readonly NewMetricRow[]): number;
  /** Forgets rows with `sequence > after`, as a resumed run does that records them anew; their numbers are not used again. */
  rewind(id: string, after: number): void;
  /** Saves a safetensors file durably as the run's last checkpoint; the last two are kept. */
  saveCheckpoint(
    id: string,
    place: CheckpointPlace,
    bytes: Uint8Array,
  ): { sha256: string; sequence: number };
  /** The last checkpoint whose file matches its hash, with a warning if it is not the last saved; `null` if none was saved. */
  latestCheckpoint(id: string): Checkpoint | null;
  /** Stores outcomes of derivation checks; newer ones replace older ones of the same line. */
  saveChecks(rows: readonly CheckRow[]): void;
  /**
   * A number that differs from the last one if anything was written since.
   *
   * @throws {StoreMissing} If the file was removed or replaced: close, open again
   */
  version(): number;
  close(): void;
}

/**
 * Opens the store in the data folder `directory`.
 *
 * @throws {StoreMissing} If the mode is `read` and there is nothing to read yet
 * @throws {StoreDamaged} If the file is damaged or not a store
 * @throws {NablaError} If the schema does not fit or the folder cannot be used
 */
export function openStore(directory: string, options: OpenOptions): Store {
  const writable = options.mode === "write";
  const artifacts = openArtifacts(directory, { writable });
  const database = openDatabase(directory, options);
  const { path } = database;
  const files = { database, artifacts };
  const opened = look(path)?.ino;
  const close = () => database.close();

  return {
    path,
    close,
    [Symbol.dispose]: close,
    createRun: (init) => insertRun(database, init),
    updateRun: (id, patch) => patchRun(database, id, patch),
    heartbeat: (id) =>
      patchRun(database, id, { heartbeatAt: new Date().toISOString() }),
    run: (id) => selectRun(database, id),
    runs: ({ study, status, limit = 100 } = {}) =>
      selectRuns(database, { study, status, limit }),
    latestRun: (study, { status } = {}) =>
      selectRuns(database, { study, status, limit: 1 })[0] ?? null,
    deleteRun: (id) => deleteRun(files, id),
    appendMetrics: (id, rows) => appendRows(database, id, rows),
    metrics: (id, { series, after = 0, limit = -1 } = {}) =>
      selectRows(database, id, { series, after, limit }),
    series: (id) => selectSeries(database, id),
    downsampled: (id, series, { points = 1000 } = {}) =>
      selectThinned(database, id, { series, points }),
    summary: () => null,
    rewind: (id, after) => removeRowsAfter(database, id, after),
    saveCheckpoint: (id, place, bytes) =>
      insertCheckpoint(files, id, { ...place, bytes }),
    latestCheckpoint: (id) => selectCheckpoint(files, id),
    saveChecks: (rows) => upsertChecks(database, rows),
    checks: (study) => selectChecks(database, study),
    version() {
      if (look(path)?.ino !== opened) {
        throw new StoreMissing(
          `Cannot read the store ${path}: the file was removed or replaced since it was opened; open it again`,
        );
      }
      // data_version counts other connections' commits, total_changes() ours.
      const { theirs, ours } = database.get(
        "SELECT data_version AS theirs, total_changes() AS ours FROM pragma_data_version",
      )!;
      return Number(theirs) + Number(ours);
    },
  };
}
