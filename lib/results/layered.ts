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
export function openLayered(directory: string): RunReader & Disposable {
  const shipped = openShipped();
  try {
    const own = openStore(directory, { mode: "read" });
    return { ...layered(own, shipped), [Symbol.dispose]: own.close };
  } catch (error) {
    if (!(error instanceof StoreMissing)) throw error;
    return { ...layered(error, shipped), [Symbol.dispose]() {} };
  }
}

/**
 * What a page reads: the reader's `own` runs and checks; where a study has none
 * of them, the `shipped` ones.
 *
 * @param own An error where it cannot be read: thrown for a run that is not shipped
 */
export function layered(
  own: RunReader | Error,
  shipped: RunReader,
): RunReader {
  const mine = own instanceof Error ? null : own;
  /** The layer a run of this id lies in, or would. */
  const layer = (id: string): RunReader => {
    if (mine?.run(id)) return mine;
    if (shipped.run(id)) return shipped;
    if (own instanceof Error) throw own;
    return own;
  };
  return {
    run: (id) => layer(id).run(id),
    runs: (options = {}) =>
      [...mine?.runs(options) ?? [], ...shipped.runs(options)]
        .slice(0, options.limit ?? 100),
    latestRun: (study, options) =>
      mine?.latestRun(study, options) ?? shipped.latestRun(study, options),
    metrics: (id, filter) => layer(id).metrics(id, filter),
    series: (id) => layer(id).series(id),
    downsampled: (id, series, options) =>
      layer(id).downsampled(id, series, options),
    summary: (id, series) => layer(id).summary(id, series),
    checks(study) {
      const checked = mine?.checks(study) ?? [];
      const studies = new Set(checked.map(({ study }) => study));
      return [
        ...checked,
        ...shipped.checks(study).filter(({ study }) => !studies.has(study)),
      ];
    },
  };
}
