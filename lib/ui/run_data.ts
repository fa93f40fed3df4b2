import type { Figure } from "../plots/figure.ts";
import { figureFrom, figuresOf, type Wanted } from "../plots/groups.ts";
import { ID_PATTERN, type Run } from "../results/schemas.ts";
import { filled } from "../study/filled.ts";
import { seriesOfRun, thinned, wholeSeries } from "./curves.ts";
import { effectiveStatus } from "../results/status.ts";
import type { RunReader } from "../results/reader.ts";

/** The run of an id, with the status a reader should see; null for an unknown or impossible id. */
export async function findRun(
  store: RunReader,
  id: string,
): Promise<Run | null> {
  const run = ID_PATTERN.test(id) ? await store.run(id) : null;
  return run && asSeen(run);
}

/** The run with the status a reader should see: without a heartbeat, `running` is `interrupted`. */
export function asSeen<
  Seen extends Pick<Run, "status" | "heartbeatAt">,
>(run: Seen): Seen {
  return { ...run, status: effectiveStatus(run, Date.now()) };
}

/** The run that shows the result of a study: the latest that completed and is no smoke test, or else the latest that completed, or the latest. */
export async function shownRun(
  store: RunReader,
  study: string,
): Promise<Run | null> {
  const completed = { status: "completed", except: "smoke" } as const;
  const run = await store.latestRun(study, completed) ??
    await store.latestRun(study, { status: "completed" }) ??
    await store.latestRun(study);
  return run && asSeen(run);
}

/** The figure that `wanted` asks for; null where the run has not recorded what it needs. */
export async function figureOf(
  wanted: Wanted,
  store: RunReader,
  run: Run,
): Promise<Figure | null> {
  const all = await store.series(run.id);
  const recorded = new Set(all.map(({ series }) => series));
  const present = wanted.series.filter((name) => recorded.has(name));
  // Thinned curves have few steps in common to take a difference or a point at.
  const isPath = wanted.kind === "contour";
  const series = wanted.kind === "difference" || isPath
    ? await wholeSeries(store, run, present)
    : await seriesOfRun(store, run, present);
  const names = wanted.names.map((name) => filled(name, run.config));
  const figure = figureFrom({ ...wanted, names }, series, run.results);
  return figure && {
    ...figure,
    // A path is not sorted by x, and every point of it counts.
    series: isPath ? figure.series : figure.series.map(thinned),
  };
}

/** The figure that stands for a run in the index: its study's first, or that of what it recorded first. */
export async function smallFigure(
  store: RunReader,
  run: Run,
  wanted: Wanted | undefined,
): Promise<Figure | null> {
  const asked = wanted && await figureOf(wanted, store, run);
  return asked ?? figuresOf(await seriesOfRun(store, run))[0] ?? null;
}

/** The sequence number a request names; 0 where it names none or no natural number. */
export function cursorOf(text: string | null): number {
  return /^\d{1,15}$/.test(text ?? "") ? Number(text) : 0;
}

/** Sequence number of the newest row of a run; 0 before the first. */
export async function lastSequence(
  store: RunReader,
  run: Run,
): Promise<number> {
  const all = await store.series(run.id);
  return Math.max(0, ...all.map(({ last }) => last.sequence));
}
