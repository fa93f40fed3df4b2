import { isValidElement } from "preact";

/**
 * Writes the props of islands as JSON. Beyond JSON it keeps undefined, NaN,
 * ±Infinity, -0 and Map: a special value is a text that starts with "~", and a
 * text that does so itself gets another "~".
 *
 * @throws {TypeError} If a value is anything else, a cycle included
 */
export function serialize(props: unknown): string {
  return JSON.stringify(encode(props, "props", []));
}

function encode(value: unknown, path: string, within: unknown[]): unknown {
  if (typeof value === "string") {
    return value.startsWith("~") ? "~" + value : value;
  }
  if (typeof value === "number") {
    if (Object.is(value, -0)) return "~-0";
    return Number.isFinite(value) ? value : `~${value}`;
  }
  if (value === undefined) return "~undefined";
  if (value === null || typeof value === "boolean") return value;
  if (typeof value !== "object") return refuse(`a ${typeof value}`, path);
  if (within.includes(value)) return refuse("part of itself", path);
  const inside = [...within, value];
  if (Array.isArray(value)) {
    return Array.from(value, (item) => encode(item, `${path}[]`, inside));
  }
  if (value instanceof Map) {
    const pairs = [...value].map((pair) => encode(pair, `${path}.map`, inside));
    return ["~Map", ...pairs];
  }
  if (isValidElement(value) && "props" in value) return refuse("JSX", path);
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) {
    return refuse(`a ${prototype.constructor.name}`, path);
  }
  return Object.fromEntries(
    Object.entries(value).map((
      [key, item],
    ) => [key, encode(item, `${path}.${key}`, inside)]),
  );
}

function refuse(what: string, path: string): never {
  throw new TypeError(
    `Cannot send ${path} to the browser: it is ${what}, islands take plain data`,
  );
}

/** Reads what `serialize()` wrote. */
export function deserialize(json: string): unknown {
  return decode(JSON.parse(json));
}

function decode(value: unknown): unknown {
  if (typeof value === "string") return decodeText(value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    return value[0] === "~Map"
      ? new Map(value.slice(1).map(decode) as [unknown, unknown][])
      : value.map(decode);
  }
  // Unlike assignment, this keeps a "__proto__" key from being the prototype.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, decode(item)]),
  );
}

function decodeText(text: string): unknown {
  if (!text.startsWith("~")) return text;
  const rest = text.slice(1);
  if (rest.startsWith("~")) return rest;
  return rest === "undefined" ? undefined : Number(rest);
}
