/** Who trains a run: a lock the system lets go of when the process ends, however it ends. */
import { NablaError } from "../core/errors.ts";

/**
 * Claims a run for this process until `release` is called.
 *
 * @param folder Data folder; the lock lies in its `locks/`
 * @throws {NablaError} If another process trains the run
 */
export function lockRun(folder: string, id: string): { release(): void } {
  const path = `${folder}/locks/${id}`;
  Deno.mkdirSync(`${folder}/locks`, { recursive: true });
  const file = Deno.openSync(path, { create: true, write: true });
  if (!file.tryLockSync(true)) {
    file.close();
    throw new NablaError(
      `Cannot train run ${id}: another process is training it; stop that one first`,
    );
  }
  return {
    release() {
      file.close();
      try {
        Deno.removeSync(path);
      } catch (error) {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      }
    },
  };
}
