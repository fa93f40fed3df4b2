/** Ids of runs: short, sortable by the minute they started, safe in URLs. */
import { UsageError } from "../core/errors.ts";
import { ID_PATTERN } from "./schemas.ts";

const LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz";

/** A new id as in `20261121-0615-backprop-mlp-k3f9`: start in UTC, study, four random letters. */
export function newRunId(study: string, startedAt = new Date()): string {
  const digits = startedAt.toISOString().replaceAll(/[-:]/g, "");
  const random = crypto.getRandomValues(new Uint32Array(4));
  const tail = Array.from(random, (word) => LETTERS[word % LETTERS.length]);
  const name = study.replaceAll(/[^A-Za-z0-9_-]+/g, "-").slice(0, 40);
  return `${digits.slice(0, 8)}-${digits.slice(9, 13)}-${name}-${
    tail.join("")
  }`;
}

/**
 * Returns `id` if it has the form of a run id.
 *
 * @throws {UsageError} If it has not: other characters, empty, above 64 letters
 */
export function checkRunId(id: string): string {
  if (ID_PATTERN.test(id)) return id;
  throw new UsageError(
    `Cannot use ${
      JSON.stringify(id.slice(0, 80))
    } as a run id: need 1 to 64 letters, digits, "-" or "_"; list the ids with deno task runs`,
  );
}
