/**
 * The store as one SQLite file that trainers write and the server reads at the
 * same time, from any number of processes.
 */
import { openArtifacts } from "./artifacts.ts";
import { selectChecks, upsertChecks } from "./check_rows.ts";
import { insertCheckpoint, selectCheckpoint } from "./checkpoints.ts";
import { deleteRun } from "./delete_run.ts";
import { StoreMissing } from "./errors.ts";
import { look } from "./files.ts";
import {
  appendRows,
  removeRowsAfter,
  selectMeans,
  selectRows,
  selectRowsAt,
  selectSeries,
} from "./metric_rows.ts";
import { checkPlace, openDatabase, type OpenOptions } from "./open.ts";
import type { Immediate } from "./promised.ts";
import {
  countRuns,
  insertRun,
  patchRun,
  selectLatest,
  selectRun,
  selectRuns,
} from "./run_rows.ts";
import type { Store } from "./store.ts";
import { selectThinned } from "./thinning.ts";

/** A store whose methods return when the file has been read or written. */
export interface SqliteStore
  extends Immediate<Omit<Store, typeof Symbol.asyncDispose>>, Disposable {}

/**
 * Opens the store in the data folder `directory`.
 *
 * @throws {StoreMissing} If the mode is `read` and there is nothing to read yet
 * @throws {StoreDamaged} If the file is damaged or not a store
 * @throws {NablaError} If the schema does not fit or the folder cannot be used
 */
export function openSqlite(
  directory: string,
  options: OpenOptions,
): SqliteStore {
  const writable = options.mode === "write";
  checkPlace(directory);
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
    runs: ({ limit = 100, offset = 0, ...filter } = {}) =>
      selectRuns(database, { ...filter, limit, offset }),
    count: (filter = {}) => countRuns(database, filter),
    latestRun: (study, filter = {}) =>
      selectLatest(database, { ...filter, study }),
    deleteRun: (id) => deleteRun(files, id),
    appendMetrics: (id, rows) => appendRows(database, id, rows),
    metrics: (id, { series, after = 0, limit = -1 } = {}) =>
      selectRows(database, id, { series, after, limit }),
    metricsAt: (id, series, steps) =>
      selectRowsAt(database, id, { series, steps }),
    means: (id, series) => selectMeans(database, id, series),
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
