/** Runs out of the store as text, and back into one. */
import { NablaError } from "../core/errors.ts";
import { runCsv } from "./csv.ts";
import { parseRunDocument, runDocument } from "./documents.ts";
import type { Run } from "./schemas.ts";
import type { Store } from "./store.ts";

/** A run with config, provenance, results and all metric rows as text. @throws {NablaError} If there is no such run */
export function exportRun(
  store: Store,
  id: string,
  format: "json" | "csv",
): string {
  const run = store.run(id);
  if (!run) {
    throw new NablaError(
      `Cannot export run ${id}: the store has no such run; list the runs with deno task runs`,
    );
  }
  const metrics = store.metrics(id);
  return format === "csv"
    ? runCsv(run, metrics)
    : JSON.stringify(runDocument(run, metrics), null, 2) + "\n";
}

/**
 * Adds the run of an exported JSON document, marked as `shipped`. Rows are
 * numbered anew in their order.
 *
 * @throws {NablaError} If the text is no such document or its id is taken
 */
export function importRun(store: Store, text: string): Run {
  const { run, metrics } = parseRunDocument(parse(text));
  const imported = store.createRun({ ...run, shipped: true });
  store.appendMetrics(run.id, metrics);
  return imported;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NablaError(
      `Cannot read the document of a run: ${
        (error as Error).message
      }; need what deno task export RUN --format json writes`,
      { cause: error },
    );
  }
}
