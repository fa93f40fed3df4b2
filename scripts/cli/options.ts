/** Options of the commands: declared once, parsed strictly, printed by `--help`. */
import { parseArgs } from "node:util";
import { UsageError } from "../../lib/core/errors.ts";
import { didYouMean } from "../../lib/core/suggest.ts";
import { WIDTH, wrap } from "./terminal.ts";

/**
 * One `--name`. All but a `flag` take a value: `list` may be given several times,
 * `folder` is one to read, and `output` a file to write.
 */
export interface Option {
  readonly type: "flag" | "text" | "integer" | "list" | "folder" | "output";
  readonly help: string;
  /** What the value is called in the help, as in `N`. */
  readonly value?: string;
  /** The only values that are accepted. */
  readonly choices?: readonly string[];
  /** Smallest integer, 0 if not given. */
  readonly minimum?: number;
  /** Largest integer, 2⁵³−1 if not given. */
  readonly maximum?: number;
}

/** What a command takes. */
export interface Command<O extends Record<string, Option>> {
  /** As typed, `deno task runs [STUDY]`. */
  readonly usage: string;
  readonly summary: string;
  /** Fewest and most words that are no options. */
  readonly words: readonly [number, number];
  /** Whether a word may be a module of the reader's own. */
  readonly modules?: boolean;
  readonly options: O;
  /** Paragraphs shown below the options. */
  readonly notes?: readonly string[];
}

type Value<T extends Option> = T["type"] extends "flag" ? boolean
  : T["type"] extends "list" ? string[]
  : T["type"] extends "integer" ? number | undefined
  : string | undefined;

/** The values of options by name. */
export type Values<O extends Record<string, Option>> = {
  readonly [K in keyof O]: Value<O[K]>;
};

/** Options every command has. */
export const common = {
  json: { type: "flag", help: "print one JSON document, logs go to stderr" },
  help: { type: "flag", help: "show this" },
} as const satisfies Record<string, Option>;

/**
 * Words and options of a command line.
 *
 * @throws {UsageError} For an unknown option (with a suggestion), a missing or wrong value, too few or many words
 */
export function parseCommand<O extends Record<string, Option>>(
  args: readonly string[],
  command: Command<O>,
): { words: string[]; values: Values<O> } {
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.entries(command.options).map(([name, { type }]) => [
        name,
        { type: type === "flag" ? "boolean" : "string" },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const words: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, { type }] of Object.entries(command.options)) {
    values[name] = type === "flag" ? false : type === "list" ? [] : undefined;
  }
  for (const token of tokens) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const option = Object.hasOwn(command.options, token.name)
      ? command.options[token.name]
      : undefined;
    if (option === undefined) {
      const names = Object.keys(command.options).map((name) => `--${name}`);
      throw new UsageError(
        `Cannot use option ${token.rawName}: it is unknown` +
          (didYouMean(token.rawName, names) ||
            `; there are ${names.join(", ")}`),
      );
    }
    const value = readValue(token.name, option, token.value);
    if (option.type === "list") (values[token.name] as unknown[]).push(value);
    else values[token.name] = value;
  }
  const [fewest, most] = command.words;
  const helps = values.help === true;
  if (!helps && (words.length < fewest || words.length > most)) {
    const problem = words.length < fewest
      ? "something is missing"
      : `"${words[most]}" is one word too many`;
    throw new UsageError(
      `Cannot read the command line: ${problem}; usage: ${command.usage}`,
    );
  }
  return { words, values: values as Values<O> };
}

function readValue(
  name: string,
  option: Option,
  text: string | undefined,
): unknown {
  if (option.type === "flag") {
    if (text === undefined) return true;
    throw new UsageError(
      `Cannot set --${name} to "${text}": it takes no value`,
    );
  }
  const wanted = option.choices?.join(", ") ?? option.value ?? "a value";
  const isPath = option.type === "folder" || option.type === "output";
  if (text === undefined || text.startsWith("--") || isPath && text === "") {
    throw new UsageError(`Cannot use --${name}: it needs ${wanted}`);
  }
  if (option.choices && !option.choices.includes(text)) {
    throw new UsageError(
      `Cannot set --${name} to "${text}": it is one of ${wanted}` +
        didYouMean(text, option.choices),
    );
  }
  if (option.type !== "integer") return text;
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = option;
  const number = /^-?\d+$/.test(text) ? Number(text) : NaN;
  if (number >= minimum && number <= maximum) return number;
  throw new UsageError(
    `Cannot set --${name} to "${text}": it is an integer from ${minimum} to ${maximum}`,
  );
}

/** The command line that parses to these words and values, every value in one word with its name. */
export function formatArgs(
  words: readonly string[],
  values: Readonly<Record<string, unknown>>,
): string[] {
  const options = Object.entries(values).flatMap(([name, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().map((one) => `--${name}=${one}`);
  });
  // After "--" no word counts as an option.
  return [...options, ...words.length > 0 ? ["--", ...words] : []];
}

/** Columns of the widest option that has its help beside it; that of a wider one stands below it. */
const WIDEST = 30;

/** What `--help` prints. */
export function helpText(command: Command<Record<string, Option>>): string {
  const rows = Object.entries(command.options).map(([name, option]) => {
    const value = option.choices?.join("|") ?? option.value ?? "VALUE";
    return [
      `--${name}${option.type === "flag" ? "" : ` ${value}`}`,
      option.help,
    ];
  });
  const widths = rows.map(([left]) => left!.length);
  const width = Math.max(...widths.filter((width) => width <= WIDEST));
  const option = ([left, right]: string[]) => {
    const lines = wrap(right!, WIDTH - width - 4);
    const first = left!.length > width ? "" : lines.shift();
    return [
      `  ${left!.padEnd(width)}  ${first}`.trimEnd(),
      ...lines.map((line) => " ".repeat(width + 4) + line),
    ];
  };
  return [
    ...wrap(command.summary, WIDTH),
    "",
    ...wrap(`Usage: ${command.usage}`, WIDTH),
    "",
    ...rows.flatMap(option),
    ...(command.notes
      ? ["", ...command.notes.flatMap((note) => wrap(note, WIDTH))]
      : []),
  ].join("\n");
}
