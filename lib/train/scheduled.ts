/** What an optimizer gets anew at every step, as learning rates. */
import { NablaError, shown } from "../core/errors.ts";
import type { Plan } from "../core/plan.ts";
import type { StepInputs } from "./batches.ts";

/** One number or one per replica, or after how many updates which. */
export type Scheduled =
  | number
  | ArrayLike<number>
  | ((step: number) => number | ArrayLike<number>);

/** Options of a fit that become streams of the optimizer. */
export interface Schedules {
  readonly learningRate?: Scheduled;
  readonly weightDecay?: Scheduled;
}

const names = ["learningRate", "weightDecay"] as const;

/**
 * Compares schedules with the plan that updates the parameters.
 *
 * @throws {NablaError} If one is missing that the plan takes, one is given that it does not take, or its values are not finite numbers from 0 on
 */
export function checkSchedules(
  { tensors }: Plan,
  options: Schedules,
): void {
  for (const name of names) {
    const given = options[name];
    const stream = tensors.find(({ role, label }) =>
      role === "stream" && label === name
    );
    if (given === undefined && !stream) continue;
    if (given === undefined) {
      throw new NablaError(
        `Cannot train: the plan has a stream ${name}, fit() got no ${name}; give it one`,
      );
    }
    if (!stream) {
      throw new NablaError(
        `Cannot train: fit() got ${name}, the plan has no stream of that name; ${
          name === "weightDecay"
            ? 'make its optimizer with weightDecay: "stream"'
            : "build it with an optimizer"
        }, or leave ${name} out`,
      );
    }
    if (typeof given !== "function") {
      checkValues(name, given, stream.replicas);
    }
  }
}

/**
 * Writes what changes with the step alone, where the plan has a stream for it.
 *
 * @throws {NablaError} If a schedule returns something that is no learning rate or weight decay
 */
export function fillScheduled(
  inputs: StepInputs,
  options: Schedules,
  step: number,
): void {
  for (const name of names) {
    const into = inputs[name];
    const given = options[name];
    if (!into || given === undefined) continue;
    const value = typeof given === "function" ? given(step) : given;
    checkValues(`${name} at step ${step}`, value, into.length);
    if (typeof value === "number") into.fill(value);
    else into.set(value);
  }
}

function checkValues(name: string, given: unknown, replicas: number): void {
  if (typeof given === "number") return checkValue(name, given);
  const list = given as ArrayLike<unknown> | null;
  if (typeof given !== "object" || typeof list?.length !== "number") {
    throw new NablaError(
      `Cannot train: ${name} is ${
        shown(given)
      }, need a number, or one for each replica`,
    );
  }
  if (list.length !== replicas) {
    throw new NablaError(
      `Cannot train: ${name} has ${list.length} numbers, need ${replicas}, one for each replica`,
    );
  }
  for (let r = 0; r < replicas; r++) {
    checkValue(`${name} of replica ${r}`, list[r]);
  }
}

function checkValue(name: string, value: unknown): void {
  if (
    typeof value === "number" && value >= 0 &&
    Number.isFinite(Math.fround(value))
  ) return;
  throw new NablaError(
    `Cannot train: ${name} is ${
      shown(value)
    }, need a finite number of at least 0`,
  );
}
