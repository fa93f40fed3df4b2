/** Config of an experiment: a preset, changed by `--set key=value`, checked by its schema. */
import type { z } from "zod";
import { UsageError } from "../core/errors.ts";
import { didYouMean } from "../core/suggest.ts";
import { coerce, type ConfigSchema, type Field, fields } from "./field.ts";

/**
 * `preset` with every assignment `key=value` applied: the text is read as what
 * the field's schema says (number, boolean, list as JSON or with commas, text).
 *
 * @throws {UsageError} Naming the field, the value and what is expected
 */
export function applySettings(
  schema: ConfigSchema,
  preset: Readonly<Record<string, unknown>>,
  assignments: readonly string[],
): Record<string, unknown> {
  const config: Record<string, unknown> = { ...preset };
  const known = fields(schema);
  for (const assignment of assignments) {
    const at = assignment.indexOf("=");
    if (at < 1) {
      throw new UsageError(
        `Cannot read --set ${assignment}: write key=value, as in --set ${
          known[0]?.name ?? "key"
        }=…`,
      );
    }
    const [key, text] = [assignment.slice(0, at), assignment.slice(at + 1)];
    const field = known.find(({ name }) => name === key);
    if (field === undefined) throw unknownField(key, text, known);
    const type = schema.shape[key] as z.ZodType;
    config[key] = coerce(type, text);
    if (!type.safeParse(config[key]).success) throw wrongValue(field, text);
  }
  return parseConfig(schema, config);
}

/**
 * The whole config, checked.
 *
 * @throws {UsageError} Naming the first field that is wrong, its value and what is expected
 */
export function parseConfig(
  schema: ConfigSchema,
  config: unknown,
): Record<string, unknown> {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const { code, path, message } = parsed.error.issues[0]!;
  const field = fields(schema).find(({ name }) => name === path[0]);
  if (field === undefined || code === "custom") {
    throw new UsageError(
      `Cannot use the config: ${[...path, message].join(" ")}`,
    );
  }
  const value = (config as Record<string, unknown> | null)?.[field.name];
  throw wrongValue(field, JSON.stringify(value) ?? "nothing");
}

function wrongValue(field: Field, text: string): UsageError {
  const about = field.description ? ` (${field.description})` : "";
  return new UsageError(
    `Cannot set ${field.name} to "${text}": it is ${field.expected}${about}`,
  );
}

function unknownField(
  key: string,
  text: string,
  known: readonly Field[],
): UsageError {
  const names = known.map(({ name }) => name);
  const near = didYouMean(key, names);
  const meant = known.find(({ name }) => near.endsWith(` ${name}?`));
  return new UsageError(
    `Cannot set ${key} to "${text}": there is no field ${key}` +
      (meant
        ? `${near} It is ${meant.expected}`
        : `; there are ${names.join(", ")}`),
  );
}
