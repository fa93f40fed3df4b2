/** Type-checks modules of a reader's own, so that a misspelt option is found before it is ignored. */
import { NablaError } from "../../lib/core/errors.ts";

/** Milliseconds after which it is said what is going on. */
const PATIENCE = 1000;

/**
 * Deno remembers a module that passed: the second time takes less than 0.1 s.
 *
 * @throws {NablaError} If the module has type errors, with their lines
 */
export async function checkTypes(root: string, module: string): Promise<void> {
  const timer = setTimeout(
    () => console.error(`Checking the types of ${module}`),
    PATIENCE,
  );
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", `--config=${root}/deno.json`, module],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
  }).output().finally(() => clearTimeout(timer));
  if (success) return;
  const [found] = new TextDecoder().decode(stderr)
    .split(/\n*(?:error: Type checking failed|Stack backtrace)/);
  throw new NablaError(
    `Cannot run ${module}: it does not pass deno check\n\n${found!.trim()}`,
  );
}
