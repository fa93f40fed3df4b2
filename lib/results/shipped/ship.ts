/** Making the file of a run that ships with the workbench. */
import { NablaError } from "../../core/errors.ts";
import type { RunReader } from "../reader.ts";
import type { Run } from "../schemas.ts";
import { encodeShipped, type SeriesRows } from "./file.ts";
import { thinTogether } from "./thin.ts";

/** Bytes a file may have, unless even the coarsest thinning needs more. */
export const LARGEST_FILE = 150_000;

/** Buckets a series is thinned to; the first is what a page draws, the others are for runs of many series. */
const BUCKETS = [400, 200, 100, 50];

/** The file of a run and how it was thinned. */
export interface Shipment {
  bytes: Uint8Array;
  /** Buckets its series were thinned to. */
  buckets: number;
  /** Metric rows in the store, and those behind what the file keeps. */
  recorded: number;
  kept: number;
}

/** Why a run should not ship, a phrase each; empty if it should. */
export function objections(run: Run): string[] {
  const missed = run.expectations.filter(({ holds }) => !holds);
  return [
    ...(run.status === "completed" ? [] : [`it is ${run.status}`]),
    ...(run.preset === "quick" ? [] : [`its preset is ${run.preset}`]),
    ...(run.expectations.length > 0 ? [] : ["it has no expectation"]),
    ...missed.map(({ name }) => `it misses "${name}"`),
  ];
}

/**
 * The file of a run, thinned to at most {@link LARGEST_FILE} bytes.
 *
 * @param together Names of series that are drawn against each other and keep common steps
 * @throws {NablaError} If there is no such run
 */
export async function shipRun(
  reader: RunReader,
  id: string,
  together: readonly (readonly string[])[] = [],
): Promise<Shipment> {
  const run = await reader.run(id);
  if (run === null) {
    throw new NablaError(
      `Cannot ship run ${id}: the store has no such run; list the runs with deno task runs`,
    );
  }
  const names = (await reader.series(id)).map(({ series }) => series);
  const groups = await Promise.all(
    merge(names, together).map((names) =>
      Promise.all(names.map(async (name) => ({
        name,
        rows: await reader.metrics(id, { series: name }),
        exact: names.length > 1,
      })))
    ),
  );
  let shipment: Shipment;
  for (const buckets of BUCKETS) {
    const series = groups.flatMap((group) => thinTogether(group, buckets));
    shipment = {
      bytes: encodeShipped(run, series),
      buckets,
      recorded: countRows(groups.flat()),
      kept: countRows(series),
    };
    if (shipment.bytes.length <= LARGEST_FILE) break;
  }
  return shipment!;
}

function countRows(series: readonly SeriesRows[]): number {
  return series.reduce((sum, { rows }) => sum + rows.length, 0);
}

/** Every name in one group: those that `together` joins, directly or through others, and the rest alone. */
function merge(
  names: readonly string[],
  together: readonly (readonly string[])[],
): string[][] {
  let groups = names.map((name) => [name]);
  for (const joined of together) {
    const touched = groups.filter((group) =>
      group.some((name) => joined.includes(name))
    );
    groups = groups.filter((group) => !touched.includes(group));
    if (touched.length > 0) groups.push(touched.flat());
  }
  return groups;
}
