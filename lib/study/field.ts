/** Fields of a config: what their schema accepts, in words, and how text becomes a value. */
import { z } from "zod";

/** The zod schema of an experiment's config. */
export type ConfigSchema = z.ZodObject<z.ZodRawShape>;

/** What one field of a config accepts, in words. */
export interface Field {
  readonly name: string;
  /** As in `an integer from 1 to 100`. */
  readonly expected: string;
  /** The field's own words, units included; `""` if it has none. */
  readonly description: string;
}

/** The fields of a config in the order of their declaration. */
export function fields(schema: ConfigSchema): Field[] {
  return Object.entries(schema.shape).map(([name, type]) => ({
    name,
    expected: expectation(jsonSchema(type as z.ZodType)),
    description: (type as z.ZodType).description ?? "",
  }));
}

/**
 * Reads `text` as the value `type` describes: number, boolean, list (JSON or
 * with commas), object (JSON). Text that does not fit is returned as it is, so
 * that checking it against `type` fails.
 */
export function coerce(type: z.ZodType, text: string): unknown {
  return read(jsonSchema(type), text);
}

type JsonSchema = z.core.JSONSchema.JSONSchema;

function jsonSchema(type: z.ZodType): JsonSchema {
  return z.toJSONSchema(type, { io: "input", unrepresentable: "any" });
}

function read(schema: JsonSchema, text: string): unknown {
  const alternatives = alternativesOf(schema);
  if (alternatives) {
    const values = alternatives.map((one) => read(one, text));
    const parsed = values.filter((value) => typeof value !== "string");
    return parsed.length > 0 ? parsed[0] : text;
  }
  const trimmed = text.trim();
  switch (schema.type) {
    case "number":
    case "integer":
      return trimmed !== "" && Number.isFinite(Number(trimmed))
        ? Number(trimmed)
        : text;
    case "boolean":
      return trimmed === "true" ? true : trimmed === "false" ? false : text;
    case "null":
      return trimmed === "null" ? null : text;
    case "array": {
      if (trimmed.startsWith("[")) return parseJson(trimmed) ?? text;
      const tuple = schema.prefixItems as JsonSchema[] | undefined;
      const item = (schema.items ?? {}) as JsonSchema;
      return trimmed === ""
        ? []
        : trimmed.split(",").map((part, i) => read(tuple?.[i] ?? item, part));
    }
    case "object":
      return parseJson(trimmed) ?? text;
    default:
      return schema.type === "string" || schema.enum?.includes(text)
        ? text
        : parseJson(trimmed) ?? text;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The schemas of which one must fit, where there are several; zod writes them in three ways. */
function alternativesOf(schema: JsonSchema): JsonSchema[] | undefined {
  const types: unknown = schema.type;
  if (Array.isArray(types)) return types.map((type) => ({ ...schema, type }));
  return (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
}

/** A JSON schema in words. */
function expectation(schema: JsonSchema): string {
  const alternatives = alternativesOf(schema);
  if (alternatives) return alternatives.map(expectation).join(" or ");
  if (schema.enum) return `one of ${schema.enum.join(", ")}`;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.type === "array") {
    const items = schema.prefixItems
      ? (schema.prefixItems as JsonSchema[]).map(expectation).join(", then ")
      : `values, each ${expectation((schema.items ?? {}) as JsonSchema)}`;
    return `a list of ${items}`;
  }
  if (schema.type === "boolean") return "true or false";
  if (schema.type === "null") return "null";
  if (schema.type === "string") return "text";
  if (schema.type !== "number" && schema.type !== "integer") {
    return schema.type === "object" ? "an object as JSON" : "a JSON value";
  }
  const { type, multipleOf } = schema;
  const noun = multipleOf !== undefined
    ? `a multiple of ${multipleOf}`
    : type === "integer"
    ? "an integer"
    : "a number";
  return [noun, lowerBound(schema), upperBound(schema)].join("");
}

function lowerBound({ minimum, exclusiveMinimum }: JsonSchema): string {
  if (typeof exclusiveMinimum === "number") return ` above ${exclusiveMinimum}`;
  return isBound(minimum) ? ` from ${minimum}` : "";
}

function upperBound(schema: JsonSchema): string {
  const { minimum, maximum, exclusiveMaximum } = schema;
  const comma = lowerBound(schema) === "" ? "" : ",";
  if (typeof exclusiveMaximum === "number") {
    return `${comma} below ${exclusiveMaximum}`;
  }
  if (!isBound(maximum)) return "";
  return isBound(minimum) ? ` to ${maximum}` : `${comma} at most ${maximum}`;
}

/** Integers are bounded by what a float64 can hold; that says nothing to a reader. */
function isBound(value: number | undefined): value is number {
  return value !== undefined && Math.abs(value) !== Number.MAX_SAFE_INTEGER;
}
