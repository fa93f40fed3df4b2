/** What every command does around its work: help, errors, exit codes. */
import { explainDenied } from "../../lib/core/denied.ts";
import { NablaError, UsageError } from "../../lib/core/errors.ts";
import {
  type Command,
  helpText,
  type Option,
  parseCommand,
  type Values,
} from "./options.ts";
import { paint } from "./terminal.ts";

/** Parses the command line, runs `work`, exits with the code it returns. */
export function runCommand<O extends Record<string, Option>>(
  command: Command<O>,
  work: (words: string[], values: Values<O>) => number | Promise<number>,
): Promise<never> {
  return runToEnd(command.usage, () => {
    const { words, values } = parseCommand(Deno.args, command);
    if (!(values as { help?: boolean }).help) return work(words, values);
    console.log(helpText(command));
    return 0;
  });
}

/**
 * Runs `work` and exits with the code it returns. An error is one line on stderr
 * (with `--json` also `{ error }` on stdout) and its exit code; a stack is printed
 * only for errors nobody foresaw.
 */
export async function runToEnd(
  usage: string | null,
  work: () => number | Promise<number>,
): Promise<never> {
  try {
    Deno.exit(await work());
  } catch (error) {
    const { message, exitCode } = explain(error);
    console.error(`${paint("red", "error")}: ${message}`);
    if (error instanceof UsageError && usage !== null) {
      console.error(paint("dim", `usage: ${usage}   (--help shows more)`));
    }
    if (Deno.args.includes("--json")) {
      printJson({ error: { message, exitCode } });
    }
    Deno.exit(exitCode);
  }
}

/** The message and exit code of anything thrown. */
export function explain(error: unknown): { message: string; exitCode: number } {
  if (error instanceof NablaError) {
    return { message: error.message, exitCode: error.exitCode };
  }
  if (error instanceof Deno.errors.NotCapable) {
    const message = `Cannot go on: ${explainDenied(error.message)}`;
    return { message, exitCode: 2 };
  }
  const message = error instanceof Error
    ? error.stack ?? `${error.name}: ${error.message}`
    : String(error);
  return { message, exitCode: 1 };
}

/** Fails unless every permission is granted, naming the flags of all that are not. */
export function requirePermissions(
  wanted: readonly Deno.PermissionDescriptor[],
): void {
  const flags = wanted
    .filter((one) => Deno.permissions.querySync(one).state !== "granted")
    .map((one) => {
      const scope = "path" in one && one.path !== undefined
        ? `=${one.path}`
        : "variable" in one && one.variable !== undefined
        ? `=${one.variable}`
        : "";
      return `--allow-${one.name}${scope}`;
    });
  if (flags.length === 0) return;
  throw new UsageError(
    `Cannot start as permissions are missing: add ${
      flags.join(" ")
    }, or start through deno task, which grants what is needed`,
  );
}

/** One JSON document on stdout; NaN and ±Inf become the strings `"NaN"`, `"Infinity"`, `"-Infinity"`. */
export function printJson(value: unknown): void {
  const readable = (_: string, entry: unknown) =>
    typeof entry === "number" && !Number.isFinite(entry)
      ? String(entry)
      : entry;
  console.log(JSON.stringify(value, readable, 2));
}

/** The folder that holds store, artifacts and caches: `NABLA_DATA`, or `.nabla`. */
export function dataFolder(): string {
  return Deno.env.get("NABLA_DATA") || ".nabla";
}
