/** The runs and checks that ship with the workbench, as a store that nobody can write to. */
import { fileURLToPath } from "node:url";
import { NablaError } from "../../core/errors.ts";
import { look } from "../files.ts";
import type { SeriesSummary } from "../metric_rows.ts";
import { headOf } from "../listed_run.ts";
import { promised } from "../promised.ts";
import type { Mean, RowFilter, RunFilter, RunReader } from "../reader.ts";
import type { CheckRow, MetricRow } from "../schemas.ts";
import { decodeChecks } from "./checks.ts";
import type { Columns } from "./columns.ts";
import { decodeShipped, type ShippedRun } from "./file.ts";
import { ENDING } from "./pack.ts";

/** Folder of the shipped files in the checkout: `<study>.json.gz`, and the checks. */
export const SHIPPED_FOLDER = new URL(
  "../../../static/shipped/",
  import.meta.url,
);

/** Name of the file of the checks; an underscore is in no study's id. */
export const CHECKS_FILE = `_checks${ENDING}`;

/**
 * Reads the shipped files of `folder`, each once, when they are first needed. A
 * file that cannot be read is as good as none, and a line on stderr says so.
 * Rows are numbered anew, series by series; `downsampled()` gives all of them,
 * as they were thinned before.
 */
export function openShipped(folder: URL = SHIPPED_FOLDER): RunReader {
  let opened: Map<string, ShippedRun> | undefined;
  let checked: CheckRow[] | undefined;
  const all = () => opened ??= readRuns(folder);
  const find = (id: string) => {
    const found = all().get(id);
    if (found) return found;
    throw new NablaError(
      `Cannot find run ${id} among those that came with Nabla; list them with deno task runs --shipped`,
    );
  };
  const matching = ({ study, status, except }: RunFilter) =>
    [...all().values()].map(({ run }) => run)
      .filter((run) => run.study === (study ?? run.study))
      .filter((run) => run.status === (status ?? run.status))
      .filter((run) => run.preset !== except)
      .sort((a, b) => a.startedAt < b.startedAt ? 1 : -1);
  const metrics = (id: string, filter?: RowFilter) => rowsOf(find(id), filter);

  return promised<RunReader>({
    run: (id) => all().get(id)?.run ?? null,
    runs: ({ limit = 100, offset = 0, ...filter } = {}) =>
      matching(filter).slice(offset, offset + limit).map(headOf),
    count: (filter = {}) => matching(filter).length,
    latestRun: (study, options) => matching({ ...options, study })[0] ?? null,
    metrics,
    metricsAt: (id, series, steps) =>
      metrics(id, { series }).filter(({ step }) => steps.includes(step)),
    means: (id, series) => meansOf(metrics(id, { series })),
    series: (id) => seriesOf(find(id)),
    downsampled: (id, series) => metrics(id, { series }),
    summary: (id, series) =>
      find(id).summaries.find((one) => one.series === series) ?? null,
    checks(study) {
      checked ??= readFile(folder, CHECKS_FILE, decodeChecks) ?? [];
      return checked.filter((row) => row.study === (study ?? row.study));
    },
  });
}

function readRuns(folder: URL): Map<string, ShippedRun> {
  const names = look(fileURLToPath(folder)) === null
    ? []
    : [...Deno.readDirSync(folder)].map(({ name }) => name)
      .filter((name) => name.endsWith(ENDING) && name !== CHECKS_FILE)
      .sort();
  const files = names.flatMap((name) =>
    readFile(folder, name, decodeShipped) ?? []
  );
  return new Map(files.map((file) => [file.run.id, file]));
}

/** What `decode` makes of a file; `null` if there is none or it cannot be read. */
function readFile<T>(
  folder: URL,
  name: string,
  decode: (bytes: Uint8Array) => T,
): T | null {
  const path = fileURLToPath(new URL(name, folder));
  try {
    return look(path) === null ? null : decode(Deno.readFileSync(path));
  } catch (error) {
    if (!(error instanceof NablaError)) throw error;
    console.error(`${path} is left out. ${error.message}`);
    return null;
  }
}

/** The rows `filter` lets through. */
function rowsOf(
  { series }: ShippedRun,
  { series: name, after = 0, limit = Infinity }: RowFilter = {},
): MetricRow[] {
  const rows: MetricRow[] = [];
  let before = 0;
  for (const one of series) {
    const count = one.steps.length;
    const isAsked = one.series === (name ?? one.series);
    const from = Math.max(0, after - before);
    for (let i = from; isAsked && i < count && rows.length < limit; i++) {
      rows.push(rowAt(one, i, before));
    }
    before += count;
  }
  return rows;
}

/** The mean over the replicas at every step. */
function meansOf(rows: readonly MetricRow[]): Mean[] {
  return [...Map.groupBy(rows, ({ step }) => step)]
    .map(([step, at]) => {
      const values = at.map(({ value }) => value).filter(Number.isFinite);
      const sum = values.reduce((sum, value) => sum + value, 0);
      return { step, value: sum / values.length };
    })
    .sort((a, b) => a.step - b.step);
}

/** The series of a run; the last row of one of many replicas is their mean. */
function seriesOf({ series, summaries }: ShippedRun): SeriesSummary[] {
  let before = 0;
  const kept = series.map((one) => {
    const count = one.steps.length;
    const last = rowAt(one, count - 1, before);
    before += count;
    return { series: one.series, count, last };
  });
  return [
    ...kept,
    ...summaries.map(({ series, steps, mean, replicas }) => ({
      series,
      count: steps.length * replicas,
      last: {
        sequence: before,
        step: steps.at(-1)!,
        series,
        replica: 0,
        value: mean.at(-1)!,
      },
    })),
  ];
}

function rowAt(
  { series, steps, replicas, values }: Columns,
  i: number,
  before: number,
): MetricRow {
  return {
    sequence: before + i + 1,
    step: steps[i]!,
    series,
    replica: replicas?.[i] ?? 0,
    value: values[i]!,
  };
}
