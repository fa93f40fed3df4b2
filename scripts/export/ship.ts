/** `deno task export RUN --format shipped`: the run that a newcomer sees of its study. */
import { fileURLToPath } from "node:url";
import { NablaError } from "../../lib/core/errors.ts";
import type { Study } from "../../lib/study/page.ts";
import { studies } from "../../lib/studies/mod.ts";
import { isReadable } from "../../lib/results/listed_run.ts";
import type { RunReader } from "../../lib/results/reader.ts";
import { ENDING } from "../../lib/results/shipped/pack.ts";
import { SHIPPED_FOLDER } from "../../lib/results/shipped/reader.ts";
import { objections, shipRun } from "../../lib/results/shipped/ship.ts";

/** Kinds of figures that take two series at common steps. */
const PAIRED = ["difference", "scatter", "contour"];

/** The file that a study's run ships in. */
export function shippedFileOf(study: string): string {
  return fileURLToPath(new URL(study + ENDING, SHIPPED_FOLDER));
}

/** The id of a study's newest completed quick run in place of the study; any other word as it is. */
export async function shippedRunOf(
  runs: RunReader,
  word: string,
): Promise<string> {
  if (!studies.some(({ id }) => id === word)) return word;
  const listed = await runs.runs({
    study: word,
    status: "completed",
    limit: 1000,
  });
  const quick = listed.filter(isReadable)
    .find(({ preset }) => preset === "quick");
  if (quick) return quick.id;
  throw new NablaError(
    `Cannot ship ${word}: the store has no completed quick run of it; make one with deno task experiment ${word}`,
  );
}

/**
 * The shipped file of a run, its study, and a line that says what it holds.
 *
 * @throws {NablaError} If there is no such run, or it should not ship and `force` is not given
 */
export async function shippedFile(
  runs: RunReader,
  id: string,
  { force }: { force: boolean },
): Promise<{ study: string; bytes: Uint8Array; report: string }> {
  const run = await runs.run(id);
  const study = studies.find((study) => study.id === run?.study);
  const against = run === null ? [] : [
    ...objections(run),
    ...(study ? [] : [`${run.study} has no page`]),
  ];
  if (against.length > 0 && !force) {
    throw new NablaError(
      `Cannot ship run ${id}: ${
        against.join(", ")
      }; need a completed quick run in which everything held, or --force`,
    );
  }
  const shipment = await shipRun(runs, id, study ? pairsOf(study) : []);
  const { bytes, buckets, recorded, kept } = shipment;
  const dirty = run!.provenance.dirty
    ? "; it was made with uncommitted changes, which its page says"
    : "";
  return {
    study: run!.study,
    bytes,
    report: `${
      bytes.length.toLocaleString("en-US")
    } bytes hold ${kept} of ${recorded} rows, ${buckets} buckets a series${dirty}`,
  };
}

/** The series that the study's figures draw against each other. */
function pairsOf({ figures }: Study): string[][] {
  return figures.filter(({ kind }) => PAIRED.includes(kind))
    .flatMap(({ names, series }) =>
      names.map((_, i) => series.slice(2 * i, 2 * i + 2))
    );
}
