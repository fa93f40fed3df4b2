/** Large arrays as files named by their content: `<data>/artifacts/<sha256>.safetensors`. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { NablaError } from "../core/errors.ts";
import { look, removeIfThere, TEMPORARY, writeAtomically } from "./files.ts";

const ENDING = ".safetensors";
/** Milliseconds after which a temporary file has no writer any more. */
const ABANDONED_AFTER = 3_600_000;

/** The artifact folder of a store. */
export interface Artifacts {
  /** Writes `bytes` under their hash, durably; returns the hash in hexadecimal. */
  save(bytes: Uint8Array): string;
  /** The bytes of a hash; `null` if the file is missing, a link, or its content has another hash. */
  load(sha256: string): Uint8Array | null;
  has(sha256: string): boolean;
  remove(sha256: string): void;
  /** Hashes of all files. */
  list(): string[];
}

/** SHA-256 of `bytes` in hexadecimal. */
export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * The artifact folder inside the data folder `directory`; `writable` creates it
 * and removes temporary files that a killed process left.
 *
 * @throws {NablaError} If the folder is a symbolic link or no folder
 */
export function openArtifacts(
  directory: string,
  { writable }: { writable: boolean },
): Artifacts {
  const folder = join(directory, "artifacts");
  const pathOf = (sha256: string) => join(folder, sha256 + ENDING);
  const has = (sha256: string) => look(pathOf(sha256))?.isFile ?? false;
  const remove = (sha256: string) => removeIfThere(pathOf(sha256));
  const check = () => checkFolder(folder);

  check();
  if (writable) {
    createFolder(folder);
    removeAbandoned(folder);
  }
  return {
    save(bytes) {
      check();
      if (!writable) {
        throw new NablaError(
          `Cannot write to ${folder}: the store was opened for reading; open it with mode "write"`,
        );
      }
      const sha256 = sha256Of(bytes);
      writeAtomically(pathOf(sha256), bytes);
      return sha256;
    },
    load(sha256) {
      check();
      if (!has(sha256)) return null;
      const bytes = Deno.readFileSync(pathOf(sha256));
      return sha256Of(bytes) === sha256 ? bytes : null;
    },
    has,
    remove,
    list: () =>
      look(folder) === null ? [] : [...Deno.readDirSync(folder)]
        .filter(({ name }) => name.endsWith(ENDING))
        .map(({ name }) => name.slice(0, -ENDING.length)),
  };
}

/** Creates `path` and the folders above it. */
export function createFolder(path: string): void {
  try {
    Deno.mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new NablaError(
      `Cannot create the folder ${path}: ${
        (error as Error).message
      }; make the folder above it writable or choose another one with NABLA_DATA`,
      { cause: error },
    );
  }
}

/** A link would let whoever placed it choose which files are overwritten. */
function checkFolder(folder: string): void {
  const found = look(folder);
  if (found === null || found.isDirectory) return;
  throw new NablaError(
    `Cannot use ${folder} for artifacts: it is a ${
      found.isSymlink ? "symbolic link" : "file"
    }, need a folder; move it away, or choose another data folder with NABLA_DATA`,
  );
}

function removeAbandoned(folder: string): void {
  for (const { name } of Deno.readDirSync(folder)) {
    if (!name.endsWith(TEMPORARY)) continue;
    const path = join(folder, name);
    const written = look(path)?.mtime?.getTime() ?? Date.now();
    if (Date.now() - written > ABANDONED_AFTER) removeIfThere(path);
  }
}
