/** What git says about the checkout. */
import type { Source } from "../../lib/results/provenance.ts";

/** Revision, and whether anything differs from it; both `null` without git or outside a repository. */
export async function readSource(root: string): Promise<Source> {
  const revision = await git(root, "rev-parse", "HEAD");
  const changes = revision === null
    ? null
    : await git(root, "status", "--porcelain");
  return { revision, dirty: changes === null ? null : changes !== "" };
}

/** What a git command prints; `null` if it cannot run or fails. */
async function git(root: string, ...args: string[]): Promise<string | null> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["-C", root, ...args],
      stdin: "null",
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout).trim() : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
