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
/** Long curves that are kept, at some 20 kB each. */
const MOST_REMEMBERED = 100;

/** The curves of a run as a page carries them, all or the named ones. */
export async function seriesOfRun(
  store: RunReader,
  run: Run,
  names?: readonly string[],
): Promise<Series[]> {
  const wanted = (await store.series(run.id))
    .filter(({ series }) => names?.includes(series) ?? true);
  const curves = await Promise.all(wanted.map(async (one) => {
    const summary = await store.summary(run.id, one.series);
    if (summary) return [thinned(seriesOfSummary(summary))];
    return await remembered(
      keyOf(run, one),
      one.count > FEW,
      async () => seriesOf(await rowsOf(store, run.id, one)).map(thinned),
    );
  }));
  return curves.flat();
}

/** Curves of long series as they were last read, by what they were read from. */
const memory = new Map<string, Promise<Series[]>>();

/** What changes whenever the rows of a series do. */
function keyOf(
  { id, startedAt, heartbeatAt }: Run,
  { series, count, last }: SeriesSummary,
): string {
  const { sequence } = last;
  return JSON.stringify([id, startedAt, heartbeatAt, series, count, sequence]);
}

/** What `read` gave for this key before, where that is worth keeping. */
function remembered(
  key: string,
  isLong: boolean,
  read: () => Promise<Series[]>,
): Promise<Series[]> {
  if (!isLong) return read();
  const known = memory.get(key);
  if (known) return known;
  const curves = read();
  memory.set(key, curves);
  curves.catch(() => memory.delete(key));
  if (memory.size > MOST_REMEMBERED) {
    memory.delete(memory.keys().next().value!);
  }
  return curves;
}

/** Every replica of a series at about `steps` steps; `null` where the run has no rows of it. */
export async function crowdOf(
  store: RunReader,
  run: Run,
  { name, steps }: { name: string; steps: number },
): Promise<Crowd | null> {
  const means = await store.means(run.id, name);
  if (means.length === 0) return null;
  const mean: Series = {
    name,
    x: means.map(({ step }) => step),
    y: means.map(({ value }) => value),
  };
  const { x } = downsample(mean, Math.ceil(steps / 2));
  const values = new Map(x.map((step) => [step, new Array<number>()]));
  for (const row of await store.metricsAt(run.id, name, x)) {
    values.get(row.step)![row.replica] = row.value;
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
): Promise<MetricRow[]> {
  if (count <= FEW) return store.metrics(id, { series });
  // The rows of a step stand in the order of the replicas.
  const replicas = last.replica + 1;
  return replicas > 1
    ? wholeSteps(store, id, { series, replicas })
    : store.downsampled(id, series, { points: 4 * POINTS });
}

/** The whole curves of a run, every step of them, of the named series. */
export async function wholeSeries(
  store: RunReader,
  run: Run,
  names: readonly string[],
): Promise<Series[]> {
  const curves = await Promise.all(names.map(async (series) => {
    const summary = await store.summary(run.id, series);
    return summary
      ? [seriesOfSummary(summary)]
      : seriesOf(await store.metrics(run.id, { series }));
  }));
  return curves.flat();
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
async function wholeSteps(
  store: RunReader,
  id: string,
  { series, replicas }: { series: string; replicas: number },
): Promise<MetricRow[]> {
  const points = Math.max(16, Math.ceil(3 * POINTS / replicas));
  const rows: MetricRow[] = [];
  let last: MetricRow | undefined;
  for (const kept of await store.downsampled(id, series, { points })) {
    if (last && kept.sequence <= last.sequence) continue;
    const around = await store.metrics(id, {
      series,
      after: Math.max(0, kept.sequence - replicas),
      limit: 2 * replicas,
    });
    rows.push(...around.filter(({ step }) => step === kept.step));
    last = rows.at(-1);
  }
  return rows;
}
