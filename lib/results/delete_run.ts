/** Removing a run with everything that belongs to it alone. */
import { NablaError } from "../core/errors.ts";
import type { Artifacts } from "./artifacts.ts";
import { removeUnneeded } from "./checkpoints.ts";
import type { Database } from "./database.ts";
import { runKey } from "./run_rows.ts";
import type { Run } from "./schemas.ts";
import { effectiveStatus, STALE_AFTER } from "./status.ts";

/** Removes the rows of a run, then its unneeded artifacts. @throws {NablaError} If it trains or does not exist */
export function deleteRun(
  files: { database: Database; artifacts: Artifacts },
  id: string,
): void {
  const { database } = files;
  const hashes = database.transaction(() => {
    const { key } = runKey(database, id);
    refuseIfTraining(database, id);
    const dropped = database.all(
      "DELETE FROM checkpoints WHERE run = ? RETURNING sha256",
      [key],
    );
    database.run("DELETE FROM metrics WHERE run = ?", [key]);
    database.run("DELETE FROM series WHERE run = ?", [key]);
    database.run("DELETE FROM runs WHERE key = ?", [key]);
    return dropped.map((row) => String(row.sha256));
  });
  removeUnneeded(files, hashes);
}

/** Only the two columns are read, so that a run whose record is damaged can be deleted. */
function refuseIfTraining(database: Database, id: string): void {
  const row = database.get(
    "SELECT status, heartbeat_at FROM runs WHERE id = ?",
    [id],
  )!;
  const status = effectiveStatus({
    status: row.status as Run["status"],
    heartbeatAt: String(row.heartbeat_at),
  }, Date.now());
  if (status !== "running") return;
  throw new NablaError(
    `Cannot delete run ${id}: it is training, last heartbeat ${row.heartbeat_at}; stop it first, or wait ${
      STALE_AFTER / 1000
    } s after its process has ended`,
  );
}
