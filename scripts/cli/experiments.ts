/** Finds experiments: every study has one in `lib/studies/`, and a reader's own file is one too. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { NablaError, UsageError } from "../../lib/core/errors.ts";
import { didYouMean } from "../../lib/core/suggest.ts";
import { isModule, requireFile } from "./paths.ts";
import type { Run } from "../../lib/results/schemas.ts";
import { type Experiment, isExperiment } from "../../lib/train/experiment.ts";

const folder = new URL("../../lib/studies/", import.meta.url);

/** An experiment and where it was found. */
export interface Loaded {
  readonly experiment: Experiment;
  /** URL of its module. */
  readonly module: string;
}

/** Ids of the experiments that come with Nabla, in alphabetical order: `backprop_mlp/experiment.ts` is `backprop-mlp`. */
export function experimentIds(): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ isDirectory, name }) =>
      isDirectory && has(new URL(`${name}/`, folder), "experiment.ts")
    )
    .map(({ name }) => name.replaceAll("_", "-"))
    .sort();
}

/**
 * The experiment a word on the command line means: an id, or the path of a file.
 *
 * @throws {UsageError} If there is no such experiment or file
 * @throws {NablaError} If the file cannot be loaded or exports no experiment
 */
export async function loadExperiment(word: string): Promise<Loaded> {
  const module = isModule(word) ? fileUrl(word) : await studyUrl(word);
  const { default: experiment } = await load(word, module);
  if (!isExperiment(experiment)) {
    throw new NablaError(
      `Cannot run ${word}: its default export is no experiment; write export default defineStudy({…})`,
    );
  }
  return { experiment, module };
}

/**
 * The experiment to repeat or to go on with a recorded run: the file that the
 * person names, or the study of that id. A file that only the record names is
 * never run, as a store may come from somebody else.
 *
 * @param word The file, where the person named one
 * @throws {UsageError} If a file is needed and not named, or is of another experiment
 */
export async function loadForRun(run: Run, word?: string): Promise<Loaded> {
  const { id, study, provenance: { command } } = run;
  if (word !== undefined) {
    const loaded = await loadExperiment(word);
    if (loaded.experiment.id === study) return loaded;
    throw new UsageError(
      `Cannot use ${word} for run ${id}: it defines ${loaded.experiment.id}, the run is of ${study}`,
    );
  }
  if (experimentIds().includes(study) && !command.some(isModule)) {
    return loadExperiment(study);
  }
  throw new UsageError(
    `Cannot use run ${id} without its file: ${study} is an experiment of your own; name its file too, as in deno task verify ${id} ./mine.ts or deno task experiment ./mine.ts --resume ${id}`,
  );
}

async function studyUrl(id: string): Promise<string> {
  const ids = experimentIds();
  if (ids.includes(id)) {
    return new URL(`${id.replaceAll("-", "_")}/experiment.ts`, folder).href;
  }
  const { studies } = await import("../../lib/studies/mod.ts");
  if (studies.some((study) => study.id === id)) {
    throw new UsageError(
      `Cannot train ${id}: its page computes in the browser and needs no run; deno task serve shows it at /studies/${id}, and deno task derive ${id} checks its lines`,
    );
  }
  throw new UsageError(
    `Cannot run "${id}": there is no such study` +
      (didYouMean(id, ids) || "; deno task experiment --list shows them"),
  );
}

function fileUrl(word: string): string {
  const path = resolve(word);
  requireFile(word, path);
  return pathToFileURL(path).href;
}

async function load(
  word: string,
  module: string,
): Promise<{ default?: unknown }> {
  try {
    return await import(module);
  } catch (error) {
    if (error instanceof NablaError) throw error;
    if (error instanceof Deno.errors.NotCapable) throw error;
    const reason = error instanceof Error
      ? error.stack ?? error.message
      : String(error);
    throw new NablaError(`Cannot load ${word}: ${reason}`);
  }
}

function has(folder: URL, file: string): boolean {
  return [...Deno.readDirSync(folder)].some(({ name }) => name === file);
}
