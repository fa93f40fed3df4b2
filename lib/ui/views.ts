/** What pages read of the store, one function for each kind of request. They run in threads of their own: see `store/ask.ts`. */
import type { Figure } from "../plots/figure.ts";
import type { Crowd, Series } from "../plots/series.ts";
import type { ListedRun } from "../results/listed_run.ts";
import type { SeriesSummary } from "../results/metric_rows.ts";
import type { RowFilter, RunReader } from "../results/reader.ts";
import type { CheckRow, MetricRow, Run } from "../results/schemas.ts";
import { studies } from "../studies/mod.ts";
import { crowdOf, seriesOfRun } from "./curves.ts";
import { isOver, stateOf } from "./live/wire.ts";
import { type Overview, overviewOf } from "./overview.ts";
import {
  asSeen,
  figureOf,
  findRun,
  lastSequence,
  shownRun,
} from "./run_data.ts";
import { encodeRows, encodeState } from "./live/wire.ts";
import { isReadable } from "../results/listed_run.ts";

/** What a study's page shows of its runs. */
export interface StudyView {
  run: Run | null;
  /** The newest run where that is another one. */
  newer: Run | null;
  /** One per figure of the study; null where the run lacks its series. */
  figures: (Figure | null)[];
  checks: CheckRow[];
}

/** What is new in a run after a sequence number, as server-sent events carry it. */
export interface NewRows {
  state: string;
  over: boolean;
  rows: string;
  count: number;
  last: number;
}

/** The run that is asked for, or nothing. */
type Found<T> = Promise<T | null>;

export const views = {
  index: (store: RunReader): Promise<Overview[]> =>
    Promise.all(studies.map((study) => overviewOf(study, store))),

  /** `null` if `chosen` names no run of the study. */
  async study(
    store: RunReader,
    { id, chosen }: { id: string; chosen: string | null },
  ): Found<StudyView> {
    const study = studies.find((one) => one.id === id)!;
    const run = chosen === null
      ? await shownRun(store, id)
      : await findRun(store, chosen);
    if (chosen !== null && run?.study !== id) return null;
    const newest = await store.latestRun(id);
    const figures = study.figures.map((ref) =>
      run ? figureOf(ref, store, run) : null
    );
    return {
      run,
      newer: newest && newest.id !== run?.id ? asSeen(newest) : null,
      figures: await Promise.all(figures),
      checks: await store.checks(id),
    };
  },

  async run(
    store: RunReader,
    id: string,
  ): Found<{ run: Run; after: number; series: Series[] }> {
    const run = await findRun(store, id);
    if (!run) return null;
    // The cursor first: a row that arrives in between is sent again, not lost.
    const after = await lastSequence(store, run);
    return { run, after, series: await seriesOfRun(store, run) };
  },

  async runs(
    store: RunReader,
    page: { study?: string; limit: number; offset: number },
  ): Promise<ListedRun[]> {
    const runs = await store.runs(page);
    return runs.map((run) => isReadable(run) ? asSeen(run) : run);
  },

  async document(
    store: RunReader,
    id: string,
  ): Found<{ run: Run; series: SeriesSummary[] }> {
    const run = await findRun(store, id);
    return run && { run, series: await store.series(id) };
  },

  async metrics(
    store: RunReader,
    { id, ...filter }: RowFilter & { id: string },
  ): Found<MetricRow[]> {
    const run = await findRun(store, id);
    return run && await store.metrics(id, filter);
  },

  async replicas(
    store: RunReader,
    { id, ...asked }: { id: string; name: string; steps: number; most: number },
  ): Found<Crowd> {
    const run = await findRun(store, id);
    if (!run) return null;
    const { name, most } = asked;
    const summary = (await store.series(id))
      .find(({ series }) => series === name);
    const replicas = (summary?.last.replica ?? 0) + 1;
    const steps = Math.min(asked.steps, Math.max(2, most / replicas));
    return await crowdOf(store, run, { name, steps });
  },

  async news(
    store: RunReader,
    { id, after, limit }: { id: string; after: number; limit: number },
  ): Found<NewRows> {
    const run = await findRun(store, id);
    if (!run) return null;
    const rows = await store.metrics(id, { after, limit });
    return {
      state: encodeState(stateOf(run)),
      over: isOver(run),
      rows: encodeRows(rows),
      count: rows.length,
      last: rows.at(-1)?.sequence ?? after,
    };
  },
};

export type Views = typeof views;
