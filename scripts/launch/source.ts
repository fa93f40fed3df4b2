/** What git says about the checkout. */
import type { Source } from "../../lib/results/provenance.ts";

/** Letters of a diff that are kept. */
const MOST = 50_000;

/** Revision, what differs, and whether anything differs from it; both `null` without git or outside a repository. */
export async function readSource(root: string): Promise<Source> {
  const revision = await git(root, "rev-parse", "HEAD");
  const changes = revision === null
    ? null
    : await git(root, "status", "--porcelain");
  if (!changes) return { revision, dirty: changes === null ? null : false };
  const diff = await git(root, "diff", "HEAD") ?? "";
  return {
    revision,
    dirty: true,
    diff: diff.length > MOST ? `${diff.slice(0, MOST)}\n… cut here` : diff,
  };
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
