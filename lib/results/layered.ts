/** The reader's own runs before those that came with the workbench. */
import { StoreMissing } from "./errors.ts";
import type { RunReader } from "./reader.ts";
import { openShipped } from "./shipped/reader.ts";
import { openStore } from "./store.ts";

/**
 * The runs of the store in the data folder `directory` before the shipped ones;
 * these alone where there is no store yet.
 *
 * @throws {NablaError} If there is a store that cannot be opened
 */
export async function openLayered(
  directory: string,
): Promise<RunReader & AsyncDisposable> {
  const shipped = openShipped();
  try {
    const own = await openStore(directory, { mode: "read" });
    return {
      ...layered(own, shipped),
      [Symbol.asyncDispose]: () => own.close(),
    };
  } catch (error) {
    if (!(error instanceof StoreMissing)) throw error;
    return { ...layered(error, shipped), async [Symbol.asyncDispose]() {} };
  }
}

/**
 * What a page reads: the reader's `own` runs and checks; where a study has none
 * of them, the `shipped` ones.
 *
 * @param own `null` where there is no store; an error where it cannot be read: thrown for a run that is not shipped
 */
export function layered(
  own: RunReader | Error | null,
  shipped: RunReader,
): RunReader {
  const mine = own instanceof Error ? null : own;
  /** The layer a run of this id lies in, or would. */
  const layer = async (id: string): Promise<RunReader> => {
    if (await shipped.run(id) === null) {
      if (own instanceof Error) throw own;
      return own ?? shipped;
    }
    return await mine?.run(id) ? mine! : shipped;
  };
  return {
    run: async (id) => (await layer(id)).run(id),
    async runs({ limit = 100, offset = 0, ...filter } = {}) {
      const first = await mine?.runs({ ...filter, limit, offset }) ?? [];
      if (first.length === limit) return first;
      const before = await mine?.count(filter) ?? 0;
      const rest = await shipped.runs({
        ...filter,
        limit: limit - first.length,
        offset: Math.max(0, offset - before),
      });
      return [...first, ...rest];
    },
    count: async (filter) =>
      (await mine?.count(filter) ?? 0) + await shipped.count(filter),
    latestRun: async (study, options) =>
      await mine?.latestRun(study, options) ??
        await shipped.latestRun(study, options),
    metrics: async (id, filter) => (await layer(id)).metrics(id, filter),
    metricsAt: async (id, series, steps) =>
      (await layer(id)).metricsAt(id, series, steps),
    means: async (id, series) => (await layer(id)).means(id, series),
    series: async (id) => (await layer(id)).series(id),
    downsampled: async (id, series, options) =>
      (await layer(id)).downsampled(id, series, options),
    summary: async (id, series) => (await layer(id)).summary(id, series),
    async checks(study) {
      const checked = await mine?.checks(study) ?? [];
      const studies = new Set(checked.map(({ study }) => study));
      const others = await shipped.checks(study);
      return [...checked, ...others.filter(({ study }) => !studies.has(study))];
    },
  };
}
