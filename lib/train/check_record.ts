/** Looks at what an experiment records, where it records it. */
import { NablaError, shown } from "../core/errors.ts";
import { toJson } from "../results/special.ts";
import type { Progress } from "./experiment.ts";

/** Letters of the longest name that a store takes. */
const LONGEST = 200;

/**
 * Returns the values of one point of a series, one per replica.
 *
 * @throws {NablaError} If series, step or a value is not what a store takes
 */
export function checkPoint(
  series: unknown,
  step: unknown,
  value: unknown,
): ArrayLike<number> {
  if (!isName(series)) {
    throw new NablaError(
      `Cannot record a series called ${
        shown(series)
      }: a name is a text of 1 to ${LONGEST} letters`,
    );
  }
  if (!Number.isSafeInteger(step) || Number(step) < 0) {
    throw new NablaError(
      `Cannot record ${series} at step ${
        shown(step)
      }: a step is a whole number of at least 0`,
    );
  }
  if (typeof value === "number") return [value];
  const values = value as ArrayLike<number> | null;
  const listed = typeof values === "object" && values !== null &&
    Number.isSafeInteger(values.length) && values.length > 0;
  const odd = listed
    ? Array.from(values).findIndex((one) => typeof one !== "number")
    : -1;
  if (listed && odd < 0) return values;
  const what = listed
    ? `${shown(values[odd])} of replica ${odd}`
    : Array.isArray(value)
    ? "an empty list"
    : shown(value);
  throw new NablaError(
    `Cannot record ${series} at step ${step}: got ${what}, need a number, or one for each replica`,
  );
}

/** @throws {NablaError} If a result has no name, or JSON cannot hold it */
export function checkResult(name: unknown, value: unknown): void {
  if (!isName(name)) {
    throw new NablaError(
      `Cannot keep a result called ${
        shown(name)
      }: a name is a text of 1 to ${LONGEST} letters`,
    );
  }
  try {
    toJson(value, name);
  } catch (error) {
    throw new NablaError(
      `Cannot keep the result ${name}: ${
        error instanceof RangeError
          ? "it contains itself"
          : (error as Error).message
      }`,
    );
  }
}

/** @throws {NablaError} If a progress counts with something else than numbers from 0 on */
export function checkProgress(
  { done, total, examples = 0, unit, metrics = {} }: Progress,
): void {
  for (const [name, value] of Object.entries({ done, total, examples })) {
    if (Number.isFinite(value) && value >= 0) continue;
    throw new NablaError(
      `Cannot show progress: ${name} is ${
        shown(value)
      }, need a number of at least 0`,
    );
  }
  if (!isName(unit)) {
    throw new NablaError(
      `Cannot show progress: unit is ${shown(unit)}, need a text as in "step"`,
    );
  }
  for (const [name, value] of Object.entries(metrics)) {
    if (typeof value === "number") continue;
    throw new NablaError(
      `Cannot show progress: ${name} of its metrics is ${
        shown(value)
      }, need a number`,
    );
  }
}

const isName = (name: unknown): name is string =>
  typeof name === "string" && name.length > 0 && name.length <= LONGEST;
