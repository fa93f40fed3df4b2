/** Where a run comes from: source, versions, machine. */
import configuration from "../../deno.json" with { type: "json" };
import type { AdapterInfo, Provenance } from "./schemas.ts";

/** What the caller knows about a run that is about to start. */
export interface ProvenanceInput {
  /** The command line, word by word. */
  command: string[];
  adapter?: AdapterInfo | null;
  data?: Provenance["data"];
  kernels?: Provenance["kernels"];
}

/**
 * The provenance of a run that starts now. Revision and whether the tree is
 * dirty come from `git`; both are `null` without `--allow-run=git`, without git
 * or outside a repository. Nothing is prompted for.
 */
export function collectProvenance(
  { command, adapter = null, data = [], kernels = [] }: ProvenanceInput,
): Provenance {
  const { deno, v8, typescript } = Deno.version;
  const { os, arch } = Deno.build;
  const revision = git("rev-parse", "HEAD");
  const changes = revision === null ? null : git("status", "--porcelain");
  return {
    revision,
    dirty: changes === null ? null : changes !== "",
    command,
    versions: { deno, v8, typescript, nabla: configuration.version },
    adapter,
    data,
    kernels,
    plans: [],
    host: { os, arch, cpus: navigator.hardwareConcurrency },
  };
}

/** What a git command prints in the workbench's own folder; `null` if it cannot run or fails. */
function git(...args: string[]): string | null {
  const { state } = Deno.permissions.querySync({ name: "run", command: "git" });
  const directory = import.meta.dirname;
  if (state !== "granted" || directory === undefined) return null;
  try {
    const { success, stdout } = new Deno.Command("git", {
      args: ["-C", directory, ...args],
      stdout: "piped",
      stderr: "null",
    }).outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
