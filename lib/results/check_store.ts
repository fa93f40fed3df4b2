/** Looking for damage in a store without changing it. */
import { openArtifacts } from "./artifacts.ts";
import { checkPlace, openDatabase } from "./open.ts";

/**
 * Everything wrong with the store in the data folder `directory`, a sentence
 * each; empty if it is sound. Reads every page and every artifact.
 *
 * @throws {StoreMissing} If there is no store
 * @throws {StoreDamaged} If the file cannot be opened at all
 */
export function checkStore(directory: string): string[] {
  checkPlace(directory);
  const artifacts = openArtifacts(directory, { writable: false });
  const database = openDatabase(directory, { mode: "read" });
  try {
    const pages = database.all("PRAGMA integrity_check(20)")
      .map((row) => String(row.integrity_check))
      .filter((line) => line !== "ok")
      .map((line) => `${database.path}: ${line}`);
    const pointers = database.all(
      "SELECT id, step, sha256 FROM checkpoints JOIN runs ON runs.key = checkpoints.run ORDER BY checkpoints.key",
    );
    const broken = pointers
      .filter((row) => !artifacts.load(String(row.sha256)))
      .map((row) =>
        `run ${row.id}: the checkpoint at step ${row.step}, artifacts/${row.sha256}.safetensors, is missing or does not match its hash`
      );
    const needed = new Set(pointers.map((row) => row.sha256));
    const unneeded = artifacts.list()
      .filter((sha256) => !needed.has(sha256))
      .map((sha256) =>
        `artifacts/${sha256}.safetensors belongs to no run of this store and can be removed`
      );
    return [...pages, ...broken, ...unneeded];
  } finally {
    database.close();
  }
}
