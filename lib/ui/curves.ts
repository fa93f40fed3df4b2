import { downsample } from "../plots/downsample.ts";
import { type Crowd, type Series, seriesOf } from "../plots/series.ts";
import type { SeriesSummary } from "../results/metric_rows.ts";
import type { MetricRow, Run } from "../results/schemas.ts";
import type { RunReader } from "../results/reader.ts";
import type { Summary } from "../results/shipped/summary.ts";

/** Pairs of points that a page carries per curve; an island draws no finer. */
const POINTS = 400;
/** Rows of a series that are simply all read. */
const FEW = 20_000;

/** The curves of a run as a page carries them, all or the named ones. */
export function seriesOfRun(
  store: RunReader,
  run: Run,
  names?: readonly string[],
): Series[] {
  return store.series(run.id)
    .filter(({ series }) => names?.includes(series) ?? true)
    .flatMap((one) => {
      const summary = store.summary(run.id, one.series);
      return summary
        ? thinned(seriesOfSummary(summary))
        : seriesOf(rowsOf(store, run.id, one)).map(thinned);
    });
}

/** Every replica of a series at `steps` steps or a few more; `null` where the run has no rows of it. */
export function crowdOf(
  store: RunReader,
  run: Run,
  { name, steps }: { name: string; steps: number },
): Crowd | null {
  const summary = store.series(run.id).find(({ series }) => series === name);
  const rows = summary ? rowsOf(store, run.id, summary) : [];
  const [whole] = seriesOf(rows);
  if (!whole) return null;
  const x = downsample(whole, Math.ceil(steps / 2)).x;
  const values = new Map(x.map((step) => [step, new Array<number>()]));
  for (const { step, replica, value } of rows) {
    const at = values.get(step);
    if (at) at[replica] = value;
  }
  return {
    x,
    // A replica may have stopped before the others.
    values: x.map((step) => Array.from(values.get(step)!, (y) => y ?? NaN)),
  };
}

/** The rows of a series, fewer of a long one. */
function rowsOf(
  store: RunReader,
  id: string,
  { series, count, last }: SeriesSummary,
): MetricRow[] {
  if (count <= FEW) return store.metrics(id, { series });
  // The rows of a step stand in the order of the replicas.
  const replicas = last.replica + 1;
  return replicas > 1
    ? wholeSteps(store, id, { series, replicas })
    : store.downsampled(id, series, { points: 4 * POINTS });
}

/** The whole curves of a run, every step of them, of the named series. */
export function wholeSeries(
  store: RunReader,
  run: Run,
  names: readonly string[],
): Series[] {
  return names.flatMap((series) => {
    const summary = store.summary(run.id, series);
    return summary
      ? seriesOfSummary(summary)
      : seriesOf(store.metrics(run.id, { series }));
  });
}

function seriesOfSummary(summary: Summary): Series {
  const { series: name, steps, replicas, mean, faults, ...spread } = summary;
  return {
    name,
    x: steps,
    y: mean,
    ...spread,
    replicas,
    ...(faults.length > 0 && {
      faults: faults.map(({ step, value }) => ({ x: step, value })),
    }),
  };
}

/** A curve as a page carries it. */
export function thinned(series: Series): Series {
  return downsample(series, POINTS);
}

/**
 * A long series of several replicas, thinned. The store keeps other steps of
 * each replica; a mean needs all of them, so every kept step is read whole.
 */
function wholeSteps(
  store: RunReader,
  id: string,
  { series, replicas }: { series: string; replicas: number },
): MetricRow[] {
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
