/** Writing files so that a crash leaves the old one or the new one, never half of one. */
import { dirname } from "node:path";
import { NablaError } from "../core/errors.ts";

/** Ending of files that are being written. */
export const TEMPORARY = ".tmp";

/**
 * Writes `bytes` to `path`: temporary file, fsync, rename, fsync of the folder.
 *
 * @throws {NablaError} If the disk is full or the folder refuses; a file that was at `path` is intact
 */
export function writeAtomically(path: string, bytes: Uint8Array): void {
  const temporary = `${path}.${crypto.randomUUID()}${TEMPORARY}`;
  try {
    writeThrough(temporary, bytes);
    Deno.renameSync(temporary, path);
    synchronize(dirname(path));
  } catch (error) {
    try {
      removeIfThere(temporary);
    } catch {
      // The first error says more than that its leftovers cannot be removed.
    }
    throw new NablaError(
      `Cannot write ${path} (${bytes.byteLength} bytes): ${
        (error as Error).message
      }; files written before are intact, free some space or make the folder writable`,
      { cause: error },
    );
  }
}

/** Removes the file at `path`; that it is gone already is no error. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** What lies at `path`, links not followed; `null` if nothing does. */
export function look(path: string): Deno.FileInfo | null {
  return orNull(() => Deno.lstatSync(path));
}

/** What `path` leads to, links followed; `null` if nothing is there. */
export function stat(path: string): Deno.FileInfo | null {
  return orNull(() => Deno.statSync(path));
}

function orNull(find: () => Deno.FileInfo): Deno.FileInfo | null {
  try {
    return find();
  } catch (error) {
    const { NotFound, NotADirectory } = Deno.errors;
    if (error instanceof NotFound || error instanceof NotADirectory) {
      return null;
    }
    throw error;
  }
}

function writeThrough(path: string, bytes: Uint8Array): void {
  using file = Deno.openSync(path, { write: true, createNew: true });
  let written = 0;
  while (written < bytes.byteLength) {
    written += file.writeSync(bytes.subarray(written));
  }
  file.syncSync();
}

/** Makes a rename durable. Windows has no handles on folders and needs none. */
function synchronize(folder: string): void {
  if (Deno.build.os === "windows") return;
  using handle = Deno.openSync(folder, { read: true });
  handle.syncSync();
}
