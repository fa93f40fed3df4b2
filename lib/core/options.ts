/**
 * Options objects that refuse what they do not know: a misspelt member, or a
 * value that its member cannot take, is an error that names what there is.
 */
import { didYouMean } from "./suggest.ts";

/** What one option may be. */
export interface Rule {
  /** Ends the sentence "it must be …". */
  readonly need: string;
  readonly holds: (value: unknown) => boolean;
  /** Whether it must be given. Default: false. */
  readonly required?: boolean;
}

/** A rule for every member of an options type, so that none can be forgotten. */
export type Rules<Options> = {
  readonly [Name in keyof Required<Options>]: Rule;
};

/** The options of what has none. */
export type NoOptions = Readonly<Record<string, never>>;

/** Largest number that float32 holds, and the smallest one above 0 that every GPU tells from 0. */
const FLOAT32 = { largest: (2 - 2 ** -23) * 2 ** 127, smallest: 2 ** -126 };

/** Limits of a {@linkcode number}. */
export interface Limits {
  /** The smallest number allowed. Default: that of float32. */
  readonly from?: number;
  /** The largest number allowed. Default: that of float32. */
  readonly to?: number;
  /** What it must be below. Default: no such limit. */
  readonly below?: number;
}

/** A number that float32 holds, as kernels compute with it. */
export function number(
  { from = -FLOAT32.largest, to = FLOAT32.largest, below }: Limits = {},
): Rule {
  const digits = (limit: number) =>
    Math.abs(limit) === FLOAT32.largest ? limit.toPrecision(2) : limit;
  return {
    need: below === undefined
      ? `a number from ${digits(from)} to ${digits(to)}`
      : `a number of at least ${digits(from)} and below ${below}`,
    holds: (value) =>
      typeof value === "number" && value >= from && value <= to &&
      value < (below ?? Infinity),
  };
}

/** A number above 0, also where GPUs take the smallest ones of float32 for 0. */
export const positive: Rule = {
  ...number({ from: FLOAT32.smallest }),
  need: `a number above 0, from ${FLOAT32.smallest.toPrecision(2)} to ${
    FLOAT32.largest.toPrecision(2)
  }`,
};

/** A whole number. */
export function whole(least: number): Rule {
  return {
    need: `a whole number of at least ${least}`,
    holds: (value) => Number.isSafeInteger(value) && Number(value) >= least,
  };
}

/** A list of one number for each axis, or one for all. */
export function perAxisOf(axes: number, least: number): Rule {
  const one = whole(least);
  const list = listOf(one, axes);
  return {
    need: `${one.need}, or a list of ${axes} for each axis`,
    holds: (value) => one.holds(value) || list.holds(value),
  };
}

/** A list; of `count` members if that is given. */
export function listOf(rule: Rule, count?: number): Rule {
  return {
    need: `a list${
      count === undefined ? "" : ` of ${count}`
    }, each ${rule.need}`,
    holds: (value) =>
      Array.isArray(value) && value.length === (count ?? value.length) &&
      Array.from(value).every(rule.holds),
  };
}

/** One of a few values. */
export function oneOf(...values: readonly unknown[]): Rule {
  return {
    need: values.map((value) => JSON.stringify(value)).join(" or "),
    holds: (value) => values.includes(value),
  };
}

/** `true` or `false`. */
export const flag: Rule = oneOf(true, false);

/** A text that is not empty. */
export const text: Rule = {
  need: "a text",
  holds: (value) => typeof value === "string" && value !== "",
};

/** A function, as `need` describes it. */
export function callable(need: string): Rule {
  return { need, holds: (value) => typeof value === "function" };
}

/** An object that has these members, as `need` describes it. */
export function having(need: string, ...members: readonly string[]): Rule {
  return {
    need,
    holds: (value) =>
      typeof value === "object" && value !== null &&
      members.every((member) => member in value),
  };
}

/** What keeps one of two rules. */
export function either(one: Rule, other: Rule): Rule {
  return {
    need: `${one.need}, or ${other.need}`,
    holds: (value) => one.holds(value) || other.holds(value),
  };
}

/** The same, and it must be given. */
export function required(rule: Rule): Rule {
  return { ...rule, required: true };
}

/**
 * Checks an options object: that it has no member without a rule, and that every
 * member keeps its rule. `undefined` is as good as absent.
 *
 * @param action What is attempted, as in `make conv2d`
 * @throws {RangeError} Naming the member, its value, and what it must be or what members there are
 */
export function checkOptions<Options extends object>(
  action: string,
  options: Options,
  rules: Rules<Options>,
): void {
  const known = Object.entries<Rule>(rules);
  const names = known.map(([name]) => name);
  const list = names.length === 0
    ? "it has no options"
    : `its options are ${names.join(", ")}`;
  if (
    typeof options !== "object" || options === null || Array.isArray(options)
  ) {
    throw new RangeError(
      `Cannot ${action} with ${shown(options)}: ${
        names.length === 0 ? list : `it takes an object; ${list}`
      }`,
    );
  }
  for (const name of Object.keys(options)) {
    if (names.includes(name)) continue;
    throw new RangeError(
      `Cannot ${action} with ${name}: ${list}${didYouMean(name, names)}`,
    );
  }
  const given = options as Readonly<Record<string, unknown>>;
  for (const [name, rule] of known) {
    if (given[name] !== undefined || rule.required) {
      checkValue(action, name, given[name], rule);
    }
  }
}

/**
 * Checks one value.
 *
 * @throws {RangeError} If it does not keep the rule
 */
export function checkValue(
  action: string,
  name: string,
  value: unknown,
  rule: Rule,
): void {
  if (rule.holds(value)) return;
  throw new RangeError(
    value === undefined
      ? `Cannot ${action} without ${name}: it must be ${rule.need}`
      : `Cannot ${action} with ${name} ${
        shown(value)
      }: it must be ${rule.need}`,
  );
}

/** A value in a message: texts in quotation marks, long ones cut. */
function shown(value: unknown): string {
  if (typeof value === "function") {
    return value.name ? `the function ${value.name}` : "a function";
  }
  if (Array.isArray(value)) {
    return `[${value.slice(0, 8).map(shown).join(", ")}]`;
  }
  if (typeof value === "string") return JSON.stringify(value.slice(0, 60));
  return typeof value === "object" && value !== null
    ? "an object"
    : String(value);
}
