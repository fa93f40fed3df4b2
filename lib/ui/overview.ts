import { linesOf, type Study } from "../study/page.ts";
import type { Figure } from "../plots/figure.ts";
import type { CheckRow, Run } from "../results/schemas.ts";
import type { RunReader } from "../results/reader.ts";
import { shownRun, smallFigure } from "./run_data.ts";

/** What the index says about a study. */
export interface Overview {
  /** Id of the study. */
  study: string;
  run: Run | null;
  /** What the small chart shows. */
  figure: Figure | null;
  checks: ChecksTally;
}

/** How many lines of a derivation can be checked, were checked, and hold. */
export interface ChecksTally {
  checkable: number;
  checked: number;
  held: number;
  /** The first of the checks that came with Nabla. */
  shipped?: CheckRow;
}

/** A study with the run that shows its result and its checks; without a store, the study alone. */
export async function overviewOf(
  study: Study,
  store?: RunReader,
): Promise<Overview> {
  const run = store ? await shownRun(store, study.id) : null;
  // Contours say nothing at the size of a word.
  const first = study.figures.find(({ kind }) => kind !== "contour");
  return {
    study: study.id,
    run,
    figure: store && run ? await smallFigure(store, run, first) : null,
    checks: tallyOf(study, await store?.checks(study.id) ?? []),
  };
}

/** Counts the checks of a study's present lines; results of lines it no longer has are left out. */
export function tallyOf(
  study: Study,
  checks: readonly CheckRow[],
): ChecksTally {
  const lines = linesOf(study).filter(({ check }) => check);
  const results = lines.flatMap(({ id }) =>
    checks.filter(({ line }) => line === id).slice(0, 1)
  );
  return {
    checkable: lines.length,
    checked: results.length,
    held: results.filter(({ holds }) => holds).length,
    shipped: results.find(({ shipped }) => shipped),
  };
}
