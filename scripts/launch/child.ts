/** Starts the one process that does a command's work, and lives as long as it does. */
import { spawn } from "node:child_process";
import type { FromCommand, ToCommand } from "../cli/launched.ts";

/** Exit codes of a process that a signal ended. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 };

/** How the launcher and a command speak. */
export interface Channel {
  /** What the command is told at once. */
  readonly hello: ToCommand;
  readonly answer: (message: FromCommand) => Promise<ToCommand>;
}

/** A process that is to be started. */
export interface ChildOptions {
  /** Words after `deno`. */
  readonly args: readonly string[];
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Also tells the process when this one was killed. Default: none. */
  readonly channel?: Channel;
}

/**
 * Runs Deno to its end with this process's terminal and pipes, and hands every
 * signal on.
 *
 * @returns Its exit code
 */
export function runChild(options: ChildOptions): Promise<number> {
  const { args, folder, env, channel } = options;
  const child = spawn(Deno.execPath(), [...args], {
    cwd: folder,
    env: { ...Deno.env.toObject(), ...env },
    stdio: channel ? ["inherit", "inherit", "inherit", "ipc"] : "inherit",
  });
  // Not child.kill(), after which Deno reports the signal as what ended it.
  const pass = (signal: Deno.Signal) => {
    if (child.exitCode === null) Deno.kill(child.pid!, signal);
  };
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => pass(signal));
  }
  if (channel) {
    child.send(channel.hello);
    child.on("message", async (message) => {
      const answered = await channel.answer(message as FromCommand);
      if (child.connected) child.send(answered);
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on("error", reject);
  child.on("exit", (code, signal) => {
    resolve(code ?? SIGNALS[signal as keyof typeof SIGNALS] ?? 1);
  });
  return promise;
}
