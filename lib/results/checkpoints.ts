/** Checkpoints of runs: an artifact each, and a row that points to it once it is on the disk. */
import { NablaError } from "../core/errors.ts";
import type { Artifacts } from "./artifacts.ts";
import type { Database } from "./database.ts";
import { runKey } from "./run_rows.ts";

/** Where in a run a checkpoint was taken. */
export interface CheckpointPlace {
  epoch: number;
  step: number;
}

/** A checkpoint whose hash was verified. */
export interface Checkpoint extends CheckpointPlace {
  /** Last metric row recorded when it was saved. */
  sequence: number;
  sha256: string;
  /** The safetensors file. */
  bytes: Uint8Array;
  /** Why an older checkpoint than the last is given; `null` if this is the last. */
  warning: string | null;
}

/** Checkpoints kept for each run. */
const KEPT = 2;

/** Saves a checkpoint, then drops all but the last two. @throws {NablaError} If it cannot be written; older ones are intact */
export function insertCheckpoint(
  { database, artifacts }: { database: Database; artifacts: Artifacts },
  id: string,
  { epoch, step, bytes }: CheckpointPlace & { bytes: Uint8Array },
): { sha256: string; sequence: number } {
  const { lastSequence: sequence } = runKey(database, id);
  const sha256 = artifacts.save(bytes);
  const dropped = database.transaction(() => {
    const { key } = runKey(database, id);
    // Another process may have removed the same content since it was written.
    if (!artifacts.has(sha256)) artifacts.save(bytes);
    // The same once more, as a stop right at a checkpoint gives, takes the place
    // of its equal and not of an older one.
    database.run(
      "DELETE FROM checkpoints WHERE run = ?1 AND sha256 = ?2 AND key = (SELECT max(key) FROM checkpoints WHERE run = ?1)",
      [key, sha256],
    );
    database.run(
      "INSERT INTO checkpoints (run, epoch, step, sequence, sha256, saved_at) VALUES (?, ?, ?, ?, ?, ?)",
      [key, epoch, step, sequence, sha256, new Date().toISOString()],
    );
    return database.all(
      "DELETE FROM checkpoints WHERE run = ?1 AND key NOT IN (SELECT key FROM checkpoints WHERE run = ?1 ORDER BY key DESC LIMIT ?2) RETURNING sha256",
      [key, KEPT],
    ).map((row) => String(row.sha256));
  });
  removeUnneeded({ database, artifacts }, dropped);
  return { sha256, sequence };
}

/**
 * The last checkpoint whose file is whole; `null` if none was saved.
 *
 * @throws {NablaError} If checkpoints were saved and all are damaged
 */
export function selectCheckpoint(
  { database, artifacts }: { database: Database; artifacts: Artifacts },
  id: string,
): Checkpoint | null {
  const rows = database.all(
    "SELECT epoch, step, sequence, sha256 FROM checkpoints WHERE run = ? ORDER BY key DESC",
    [runKey(database, id).key],
  );
  const skipped: string[] = [];
  for (const row of rows) {
    const [epoch, step] = [Number(row.epoch), Number(row.step)];
    const sha256 = String(row.sha256);
    const bytes = artifacts.load(sha256);
    if (!bytes) {
      skipped.push(`step ${step} (artifacts/${sha256}.safetensors)`);
      continue;
    }
    const warning = skipped.length === 0
      ? null
      : `The checkpoint of ${id} at ${
        skipped.join(", ")
      } is missing or does not match its hash; continuing from step ${step}`;
    return {
      epoch,
      step,
      sequence: Number(row.sequence),
      sha256,
      bytes,
      warning,
    };
  }
  if (rows.length === 0) return null;
  throw new NablaError(
    `Cannot continue run ${id}: its checkpoints at ${
      skipped.join(" and ")
    } are missing or do not match their hashes; start the run again without --resume`,
  );
}

/** Removes the files of `hashes` that no row needs any more. */
export function removeUnneeded(
  { database, artifacts }: { database: Database; artifacts: Artifacts },
  hashes: readonly string[],
): void {
  if (hashes.length === 0) return;
  database.transaction(() => {
    for (const sha256 of hashes) {
      const needed = database.get(
        "SELECT 1 FROM checkpoints WHERE sha256 = ?",
        [sha256],
      );
      if (needed) continue;
      try {
        artifacts.remove(sha256);
      } catch {
        // The rows are right already; checkStore() reports a file left over.
      }
    }
  });
}
