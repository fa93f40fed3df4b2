/** The file of a reader's own experiment: kept with its runs, and compared when one is gone on with or repeated. */
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256Of } from "../../lib/data/files.ts";
import type { Provenance, Run } from "../../lib/results/schemas.ts";
import type { Loaded } from "./experiments.ts";

const studies = new URL("../../lib/studies/", import.meta.url).href;

/** Letters of a file that are kept; its hash is that of the whole. */
const MOST = 50_000;

/** Name, hash and text of the file an experiment was loaded from; nothing for a study of Nabla's, which the revision names. */
export async function readOwnFile(
  { module }: Pick<Loaded, "module">,
): Promise<Provenance["file"]> {
  if (module.startsWith(studies)) return undefined;
  const path = fileURLToPath(module);
  const bytes = await Deno.readFile(path);
  const text = new TextDecoder().decode(bytes);
  return {
    name: basename(path),
    sha256: await sha256Of(bytes),
    text: text.length > MOST ? `${text.slice(0, MOST)}\n… cut here` : text,
  };
}

/** How the file differs from the one that the run was started with; `null` where it is the same, or was not kept. */
export function changeSince(
  { provenance: { file: before } }: Run,
  file: Provenance["file"],
): string | null {
  if (!before || !file || before.sha256 === file.sha256) return null;
  const short = (hash: string) => hash.slice(0, 12);
  return `${file.name} changed since the run was started: its SHA-256 was ${
    short(before.sha256)
  }…, now it is ${short(file.sha256)}…`;
}
