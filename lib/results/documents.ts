/** A run as the JSON document that `--json` prints and `export` writes, and back. Pure. */
import { z } from "zod";
import { NablaError } from "../core/errors.ts";
import { MetricRow, Run } from "./schemas.ts";
import { type JsonValue, toJson } from "./special.ts";
import { effectiveStatus } from "./status.ts";

/**
 * The document of a run, ready for `JSON.stringify`: NaN and ±Infinity are
 * strings, `run` is the id, `status` what it is now, `adapter` stands beside
 * the rest of the provenance, `metrics` is there if rows are given.
 */
export function runDocument(
  run: Run,
  metrics?: readonly MetricRow[],
): Record<string, JsonValue> {
  const { id, study, preset, seed, ...rest } = run;
  const { adapter, ...provenance } = run.provenance;
  const status = effectiveStatus(run, Date.now());
  return toJson({
    run: id,
    study,
    preset,
    seed,
    ...rest,
    status,
    adapter,
    provenance,
    metrics,
  }) as Record<string, JsonValue>;
}

const Document = z.object({
  run: z.string(),
  adapter: z.unknown(),
  provenance: z.looseObject({}),
  metrics: z.array(MetricRow).default([]),
}).loose();

/**
 * Run and metric rows of a document {@link runDocument} made.
 *
 * @throws {NablaError} If it is something else; the message names each wrong field
 */
export function parseRunDocument(
  document: unknown,
): { run: Run; metrics: MetricRow[] } {
  try {
    const { run: id, adapter, provenance, metrics, ...rest } = Document.parse(
      document,
    );
    const run = Run.parse({
      ...rest,
      id,
      provenance: { ...provenance, adapter },
    });
    return { run, metrics };
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new NablaError(
      `Cannot read the document of a run: ${
        z.prettifyError(error)
      }; need what deno task export RUN --format json writes`,
      { cause: error },
    );
  }
}
