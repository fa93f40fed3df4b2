/**
 * An error a person can act on: the message says the action, the reason, what
 * is there against what is needed, and the remedy. `exitCode` is what a command
 * ends with when the error reaches its top.
 */
export class NablaError extends Error {
  override name = "NablaError";
  readonly exitCode: number = 1;
}

/** The command line, an option or a config value is wrong. Exit code 2. */
export class UsageError extends NablaError {
  override name = "UsageError";
  override readonly exitCode = 2;
}

/** Something the machine must provide is missing: a GPU adapter, a driver, a browser. Exit code 3. */
export class SetupError extends NablaError {
  override name = "SetupError";
  override readonly exitCode = 3;
}

/** The GPU gave no sign of life for longer than the watchdog waits. Exit code 4. */
export class HungError extends NablaError {
  override name = "HungError";
  override readonly exitCode = 4;
}

/** A value as a message shows it: text in quotation marks, the rest as it is. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) || ArrayBuffer.isView(value)
    ? "a list"
    : "an object";
}
