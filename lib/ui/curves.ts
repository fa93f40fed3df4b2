import { downsample } from "../plots/downsample.ts";
import { type Series, seriesOf } from "../plots/series.ts";
import type { MetricRow, Run } from "../results/schemas.ts";
import type { Store } from "../results/store.ts";

/** Pairs of points that a page carries per curve; an island draws no finer. */
const POINTS = 400;
/** Rows of a series that are simply all read. */
const FEW = 20_000;

/** The curves of a run as a page carries them, all or the named ones. */
export function seriesOfRun(
  store: Store,
  run: Run,
  names?: readonly string[],
): Series[] {
  return store.series(run.id)
    .filter(({ series }) => names?.includes(series) ?? true)
    .flatMap(({ series, count }) => {
      const rows = count <= FEW
        ? store.metrics(run.id, { series })
        : run.replicas > 1
        ? wholeSteps(store, run, series)
        : store.downsampled(run.id, series, { points: 4 * POINTS });
      return seriesOf(rows).map(thinned);
    });
}

/** A curve as a page carries it. */
export function thinned(series: Series): Series {
  return downsample(series, POINTS);
}

/**
 * A long series of several replicas, thinned. The store keeps other steps of
 * each replica; a mean needs all of them, so every kept step is read whole.
 */
function wholeSteps(store: Store, run: Run, series: string): MetricRow[] {
  const { id, replicas } = run;
  const points = Math.max(16, Math.ceil(3 * POINTS / replicas));
  const rows: MetricRow[] = [];
  let last: MetricRow | undefined;
  for (const kept of store.downsampled(id, series, { points })) {
    if (last && kept.sequence <= last.sequence) continue;
    const around = store.metrics(id, {
      series,
      after: Math.max(0, kept.sequence - replicas),
      limit: 2 * replicas,
    });
    rows.push(...around.filter(({ step }) => step === kept.step));
    last = rows.at(-1);
  }
  return rows;
}
