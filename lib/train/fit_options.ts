/** Looks at the options of fit() before anything is trained. */
import type { Plan } from "../core/plan.ts";
import { NablaError, shown } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import { checkCount } from "./check_count.ts";
import { checkSource } from "./check_source.ts";
import type { EvaluationOptions, FitOptions, StopRule } from "./fit.ts";
import { checkSchedules } from "./scheduled.ts";

/** Every option by its name: a new one is missed by the compiler here. */
const FIT: Record<keyof FitOptions, true> = {
  name: true,
  program: true,
  applying: true,
  source: true,
  random: true,
  order: true,
  steps: true,
  learningRate: true,
  weightDecay: true,
  checkpointEvery: true,
  evaluations: true,
  until: true,
  recorded: true,
  onStep: true,
  onEnd: true,
  notes: true,
  nonFinite: true,
};
const EVALUATION: Record<keyof EvaluationOptions, true> = {
  name: true,
  program: true,
  source: true,
  every: true,
};
const UNTIL: Record<keyof StopRule, true> = { every: true, holds: true };

/**
 * Refuses options of fit() that would train something else than was meant.
 *
 * @throws {NablaError} That names the option and its value
 */
export function checkFitOptions(options: FitOptions): void {
  known("fit()", options, FIT);
  const { name = "train", program, applying, source, until } = options;
  const { evaluations = [], nonFinite = "stop" } = options;
  checkName("name", name);
  for (const need of ["program", "source", "random"] as const) {
    if (options[need]) continue;
    throw new NablaError(`Cannot train: fit() got no ${need}; give it one`);
  }
  checkCount("steps", options.steps, 1);
  checkCount("checkpointEvery", options.checkpointEvery ?? 0, 0);
  for (const name of ["order", "recorded", "onStep", "onEnd"] as const) {
    checkFunction(name, options[name] ?? Function);
  }
  if (nonFinite !== "stop" && nonFinite !== "continue") {
    throw new NablaError(
      `Cannot train: nonFinite is ${
        shown(nonFinite)
      }, need "stop" or "continue"`,
    );
  }
  if (until) {
    known("until of fit()", until, UNTIL);
    checkCount("until.every", until.every, 1);
    checkFunction("until.holds", until.holds);
  }
  checkTrains((applying ?? program).plan);
  checkSchedules((applying ?? program).plan, options);
  checkSource(program.plan, source);
  checkLastBatch(program.plan, source.examples);
  const names = new Set([name]);
  for (const evaluation of evaluations) {
    known("evaluations of fit()", evaluation, EVALUATION);
    checkName("the name of an evaluation", evaluation.name);
    checkCount(`every of ${evaluation.name}`, evaluation.every ?? 0, 0);
    if (names.has(evaluation.name)) {
      throw new NablaError(
        `Cannot train: two series would be called ${evaluation.name}.loss; give the fit and its evaluations different names`,
      );
    }
    names.add(evaluation.name);
    checkSource(evaluation.program.plan, evaluation.source);
  }
}

/** Refuses a plan that moves no parameters: it would train nothing. */
function checkTrains(plan: Plan): void {
  const moves = plan.tensors.some(({ label, role }) =>
    role === "stream" && label === "learningRate"
  );
  if (moves) return;
  throw new NablaError(
    `Cannot train with plan "${plan.name}": it has no optimizer; give one to buildPlan()`,
  );
}

/** Refuses a data set whose last batch is too small for a layer. */
function checkLastBatch(
  { name, batch, leastExamples = 1 }: Plan,
  examples: number,
): void {
  const last = examples % batch;
  if (last === 0 || last >= leastExamples) return;
  throw new NablaError(
    `Cannot train ${name} on ${examples} examples in batches of ${batch}: the last batch of an epoch has ${last}, and batch normalization needs at least ${leastExamples}; choose another batch, or leave ${last} out`,
  );
}

function known(
  what: string,
  given: object,
  names: Readonly<Record<string, true>>,
): void {
  const unknown = Object.keys(given).find((name) => !(name in names));
  if (unknown === undefined) return;
  const all = Object.keys(names);
  throw new NablaError(
    `Cannot train: ${what} has no option ${unknown}` +
      (didYouMean(unknown, all) || `; it has ${all.join(", ")}`),
  );
}

function checkName(what: string, name: unknown): void {
  if (typeof name === "string" && name.length > 0 && name.length <= 100) return;
  throw new NablaError(
    `Cannot train: ${what} is ${shown(name)}, need a text of 1 to 100 letters`,
  );
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value === "function") return;
  throw new NablaError(
    `Cannot train: ${name} is ${shown(value)}, need a function`,
  );
}
