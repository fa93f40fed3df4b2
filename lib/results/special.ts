/**
 * NaN and ±Infinity in JSON. JSON has no word for them, so documents of this
 * workbench spell them as the strings `"NaN"`, `"Infinity"`, `"-Infinity"`.
 */

/** The numbers JSON cannot write, as documents spell them. */
export const SPECIALS = ["NaN", "Infinity", "-Infinity"] as const;

/** One of the spellings in {@link SPECIALS}. */
export type Special = typeof SPECIALS[number];

/** A value of a JSON document, except that numbers may be NaN or ±Infinity. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

/** A number as JSON can hold it: itself if finite, else its spelling. */
export function encodeNumber(value: number): number | Special {
  return Number.isFinite(value) ? value : String(value) as Special;
}

/** The number {@link encodeNumber} was given. */
export function decodeNumber(value: number | Special): number {
  return Number(value);
}

/**
 * A copy of `value` that `JSON.stringify` keeps whole: NaN and ±Infinity become
 * strings, typed arrays become arrays, members that are `undefined` vanish.
 *
 * @throws {TypeError} If a part is a function, symbol, bigint or an object that is not plain
 */
export function toJson(value: unknown, path = "value"): JsonValue {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return value;
  if (typeof value === "number") return encodeNumber(value);
  if (Array.isArray(value)) {
    return value.map((item, i) => toJson(item ?? null, `${path}[${i}]`));
  }
  if (ArrayBuffer.isView(value) && Symbol.iterator in value) {
    return toJson([...value as unknown as Iterable<unknown>], path);
  }
  if (isPlain(value)) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [key, toJson(member, `${path}.${key}`)]),
    );
  }
  throw new TypeError(
    `Cannot write ${path} as JSON: it is a ${
      describe(value)
    }, need text, number, boolean, null, array or plain object`,
  );
}

/**
 * The value {@link toJson} was given, in free-form parts of a document: every
 * string that spells a special number becomes that number.
 */
export function fromJson(value: unknown): JsonValue {
  if (typeof value === "string") {
    return (SPECIALS as readonly string[]).includes(value)
      ? Number(value)
      : value;
  }
  if (Array.isArray(value)) return value.map(fromJson);
  if (isPlain(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, fromJson(member)]),
    );
  }
  return (value ?? null) as JsonValue;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function describe(value: unknown): string {
  return typeof value === "object"
    ? value!.constructor?.name ?? "object"
    : typeof value;
}

/** What a JSON text says; `undefined` if it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
