/** Runs out of the store as text. */
import { NablaError } from "../core/errors.ts";
import { runCsv } from "./csv.ts";
import { runDocument } from "./documents.ts";
import type { RunReader } from "./reader.ts";

/** A run with config, provenance, results and all metric rows as text. @throws {NablaError} If there is no such run */
export async function exportRun(
  runs: RunReader,
  id: string,
  format: "json" | "csv",
): Promise<string> {
  const run = await runs.run(id);
  if (!run) {
    throw new NablaError(
      `Cannot export run ${id}: the store has no such run; list the runs with deno task runs`,
    );
  }
  const metrics = await runs.metrics(id);
  return format === "csv"
    ? runCsv(run, metrics)
    : JSON.stringify(runDocument(run, metrics), null, 2) + "\n";
}
