/** Synchronous objects as asynchronous ones, so that callers do not depend on where the work is done. */

/** `T` with every method returning a promise. */
export type Promised<T> = {
  [Name in keyof T]: T[Name] extends (...values: infer Values) => infer Result
    ? (...values: Values) => Promise<Awaited<Result>>
    : T[Name];
};

/** `T` with every method returning what it promised. */
export type Immediate<T> = {
  [Name in keyof T]: T[Name] extends
    (...values: infer Values) => Promise<infer Result>
    ? (...values: Values) => Result
    : T[Name];
};

/** The same object, its methods called at once, their errors as rejections. */
export function promised<T>(object: Immediate<T>): T {
  return Object.fromEntries(
    Object.entries(object as Record<string, unknown>).map(([name, member]) => [
      name,
      typeof member === "function"
        // deno-lint-ignore require-await -- what it throws becomes a rejection
        ? async (...values: unknown[]) => member(...values)
        : member,
    ]),
  ) as T;
}
