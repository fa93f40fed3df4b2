import { UsageError } from "../../lib/core/errors.ts";

/** The data folder that the permission sets name. */
const DEFAULT = ".nabla";

/**
 * Deno's flags for reading the repository and writing the data folder `folder`
 * alone, as one line; empty where the permission sets grant it already.
 *
 * @throws {UsageError} If the folder's name would not survive as one flag
 */
export function grantsFor(folder: string | undefined): string {
  if (!folder || folder === DEFAULT) return "";
  if (/[\s,"'$\\]/.test(folder)) {
    throw new UsageError(
      `Cannot use NABLA_DATA="${folder}": blanks, commas, quotes, "$" and "\\" cannot be granted to a task; choose another folder or a link to it`,
    );
  }
  return `--allow-read=.,${folder} --allow-write=${folder}`;
}
