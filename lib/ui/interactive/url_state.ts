/**
 * The state of an interactive figure, whole, in a short URL: each field is one
 * parameter with a text form, a default and a schema that reads the text.
 */
import { z } from "zod";

/** One value of a figure's state and how a URL spells it. */
export interface Field<Value> {
  /** Parameter of the URL; unique among the figures of a page. */
  readonly name: string;
  /** What messages call the field. */
  readonly label: string;
  /** The value where the URL says nothing. */
  readonly initial: Value;
  /** Reads the text; the first issue's message says what is wrong or needed. */
  readonly schema: z.ZodType<Value, string>;
  /** The shortest text that `schema` reads as the value. */
  format(value: Value): string;
}

/** The fields of a state. */
export type Fields<State> = {
  readonly [Key in keyof State]: Field<State[Key]>;
};

/** What is wrong with a field, in a sentence; fields in order are absent. */
export type Problems<State> = { [Key in keyof State]?: string };

/** Writes a state into a URL and reads it back. */
export interface UrlState<State> {
  readonly fields: Fields<State>;
  /** The state that parameters say. A malformed field gets its default and a problem; it never throws. */
  read(
    search: URLSearchParams,
  ): { state: State; problems: Problems<State> };
  /** The parameters of what differs from the default. */
  write(state: State): URLSearchParams;
}

/** What a field's text says: its value, or the problem with it. Empty text says the default. */
export function readField<Value>(
  { label, initial, schema, format }: Field<Value>,
  text: string,
): { value: Value; problem?: undefined } | {
  value?: undefined;
  problem: string;
} {
  if (text === "") return { value: initial };
  const result = schema.safeParse(text);
  if (result.success) return { value: result.data };
  const have = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  return {
    problem: `Cannot use ${label}: ${
      result.error.issues[0]!.message
    }, have "${have}"; type another, or empty the field for ${format(initial)}`,
  };
}

/** What a URL says about a field; a parameter that stands there several times is a list with commas. */
export function textOf<Value>(
  { name }: Field<Value>,
  search: URLSearchParams,
): string {
  return search.getAll(name).join(",");
}

/** The codec of a state with these fields. */
export function urlState<State extends object>(
  fields: Fields<State>,
): UrlState<State> {
  const keys = Object.keys(fields) as (keyof State)[];
  return {
    fields,
    read(search) {
      const state = {} as State;
      const problems: Problems<State> = {};
      for (const key of keys) {
        const field = fields[key];
        const read = readField(field, textOf(field, search));
        if (read.problem !== undefined) problems[key] = read.problem;
        state[key] = read.problem === undefined ? read.value : field.initial;
      }
      return { state, problems };
    },
    write(state) {
      const search = new URLSearchParams();
      for (const key of keys) {
        const { name, initial, format } = fields[key];
        const text = format(state[key]);
        if (text !== format(initial)) search.set(name, text);
      }
      return search;
    },
  };
}

/**
 * The query string of a page after one of its figures has a new state; other
 * parameters stay. It starts with "?", or is empty.
 */
export function replaceState<State extends object>(
  codec: UrlState<State>,
  state: State,
  search: string,
): string {
  const all = new URLSearchParams(search);
  for (const { name } of Object.values<Field<unknown>>(codec.fields)) {
    all.delete(name);
  }
  for (const [name, text] of codec.write(state)) all.set(name, text);
  return all.size === 0 ? "" : `?${all}`;
}

/** Where a field's name, label and default come from. */
interface Named<Value> {
  name: string;
  label: string;
  initial: Value;
}

/** A finite number in [`min`, `max`], kept to six digits; only whole ones with `integer`. */
export function numberField(
  { min, max, integer = false, ...named }: Named<number> & {
    min: number;
    max: number;
    integer?: boolean;
  },
): Field<number> {
  const kind = integer ? "a whole number" : "a number";
  const error = `need ${kind} from ${min} to ${max}`;
  const schema = z.string().max(40, { error })
    .regex(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, { error })
    .transform(Number)
    .pipe(z.number({ error }).min(min, { error }).max(max, { error }))
    .refine((value) => !integer || Number.isInteger(value), { error });
  return { ...named, schema, format: shortNumber };
}

/** One of a few words. */
export function choiceField<Choice extends string>(
  { choices, ...named }: Named<Choice> & { choices: readonly Choice[] },
): Field<Choice> {
  const error = `need one of ${choices.join(", ")}`;
  return { ...named, schema: z.enum(choices, { error }), format: String };
}

/** A number with at most six digits, as short as it can be. */
export function shortNumber(value: number): string {
  // `+ 0` makes −0 zero.
  return String(Number(value.toPrecision(6)) + 0);
}
