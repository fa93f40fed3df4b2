/** Provides what a command needs: a WebGPU adapter, and for the tests a Chromium. */
import { SetupError } from "../../lib/core/errors.ts";
import { collectFacts } from "./facts.ts";
import { planSetup } from "./plan.ts";
import { hasAdapter, hasAdapterNow } from "./probe.ts";

/**
 * Installs what is missing and says so; silent where nothing is.
 *
 * @throws {SetupError} If it cannot help, with what to type instead
 */
export async function setUp({ browser }: { browser: boolean }): Promise<void> {
  const plan = planSetup(await collectFacts({ browser, hasAdapter }));
  if (plan.kind === "ready") return;
  if (plan.kind === "stop") throw new SetupError(plan.message);
  console.error(plan.announce);
  for (const command of plan.commands) await install(command);
  const facts = await collectFacts({ browser, hasAdapter: hasAdapterNow });
  if (planSetup(facts).kind !== "ready") {
    const still = facts.adapter ? "Chromium" : "WebGPU adapter";
    throw new SetupError(
      `Cannot finish the set-up: the packages are installed, but there is still no ${still}`,
    );
  }
  console.error("Set-up done.");
}

/** Runs one command of the plan; `apt-get update` may fail where the lists are good. */
async function install(command: string[]): Promise<void> {
  const [path, ...args] = command;
  const { code, stdout, stderr } = await new Deno.Command(path!, {
    args,
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "null",
  }).output();
  if (code === 0 || command.includes("update")) return;
  // Kept off stdout, which belongs to the next command's JSON.
  for (const bytes of [stdout, stderr]) Deno.stderr.writeSync(bytes);
  throw new SetupError(
    `Cannot install what is missing: the command ended with ${code}. ` +
      `Run it yourself, then try again:\n\n    ${command.join(" ")}`,
  );
}
