import { NablaError, shown } from "../core/errors.ts";

/**
 * Returns `value` if it is a whole number of at least `least`.
 *
 * @throws {NablaError} If it is not
 */
export function checkCount(
  name: string,
  value: unknown,
  least: 0 | 1,
  action = "train",
): number {
  if (Number.isSafeInteger(value) && Number(value) >= least) {
    return Number(value);
  }
  throw new NablaError(
    `Cannot ${action}: ${name} is ${
      shown(value)
    }, need a whole number of at least ${least}`,
  );
}
