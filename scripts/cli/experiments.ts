/** Finds experiments: every file in `scripts/experiments/` is one, and a reader's own file is one too. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { NablaError, UsageError } from "../../lib/core/errors.ts";
import { didYouMean } from "../../lib/core/suggest.ts";
import type { Run } from "../../lib/results/schemas.ts";
import { type Experiment, isExperiment } from "../../lib/train/experiment.ts";

const folder = new URL("../experiments/", import.meta.url);

/** An experiment and where it was found. */
export interface Loaded {
  readonly experiment: Experiment;
  /** URL of its module. */
  readonly module: string;
}

/** Ids of the experiments that come with Nabla, in alphabetical order: `backprop_mlp.ts` is `backprop-mlp`. */
export function experimentIds(): string[] {
  return [...Deno.readDirSync(folder)]
    .filter(({ isFile, name }) => isFile && name.endsWith(".ts"))
    .map(({ name }) => name.slice(0, -".ts".length).replaceAll("_", "-"))
    .sort();
}

/**
 * The experiment a word on the command line means: an id, or the path of a file.
 *
 * @throws {UsageError} If there is no such experiment or file
 * @throws {NablaError} If the file cannot be loaded or exports no experiment
 */
export async function loadExperiment(word: string): Promise<Loaded> {
  const module = isFile(word) ? fileUrl(word) : studyUrl(word);
  const { default: experiment } = await load(word, module);
  if (!isExperiment(experiment)) {
    throw new NablaError(
      `Cannot run ${word}: its default export is no experiment; write export default defineExperiment({…})`,
    );
  }
  return { experiment, module };
}

/** The experiment a recorded run was started with: the file its command line names, or its study. */
export function loadModuleOf(
  { study, provenance: { command } }: Run,
): Promise<Loaded> {
  return loadExperiment(command.find(isFile) ?? study);
}

function isFile(word: string): boolean {
  return /\.[mc]?[jt]s$/.test(word);
}

function studyUrl(id: string): string {
  const ids = experimentIds();
  if (ids.includes(id)) {
    return new URL(`${id.replaceAll("-", "_")}.ts`, folder).href;
  }
  throw new UsageError(
    `Cannot run "${id}": there is no such study` +
      (didYouMean(id, ids) || "; deno task experiment --list shows them"),
  );
}

function fileUrl(word: string): string {
  const path = resolve(callersFolder(), word);
  if (exists(path)) return pathToFileURL(path).href;
  throw new UsageError(`Cannot run ${word}: there is no file ${path}`);
}

/** Where the person typed the command: `deno task` itself moves to the folder of `deno.json`. */
export function callersFolder(): string {
  const { state } = Deno.permissions.querySync({
    name: "env",
    variable: "INIT_CWD",
  });
  return (state === "granted" && Deno.env.get("INIT_CWD")) || Deno.cwd();
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

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
