/** Spawns the commands as `deno task` does, each with a data folder of its own. */
import { gpu } from "../support/device.ts";
import { testWith } from "../support/permissions.ts";

const scripts = new URL("../../scripts/", import.meta.url);

/** How a command ended. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that has not been started. */
export function command(
  script: string,
  args: readonly string[],
  options: { folder: string; env?: Record<string, string>; flags?: string[] },
): Deno.Command {
  const { folder, env = {} } = options;
  const flags = options.flags ?? [
    `--allow-read=.,${folder}`,
    `--allow-write=${folder}`,
    "--allow-env=NABLA_DATA,NABLA_LAUNCHED",
  ];
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--quiet",
      ...flags,
      new URL(script, scripts).pathname,
      ...args,
    ],
    cwd: new URL("..", scripts).pathname,
    env: { NABLA_DATA: folder, XDG_RUNTIME_DIR: "/tmp", NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** What starts every command. */
const launcher = new URL("launch.ts", scripts).pathname;

/** A task as a person starts it, in any folder, with the launcher's own rights. */
export function launch(
  args: readonly string[],
  options: { folder: string; cwd?: string; env?: Record<string, string> },
): Deno.Command {
  const { folder, cwd, env = {} } = options;
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-RWE", "--allow-run", "--allow-sys=uid"],
      ...[launcher, ...args],
    ],
    cwd: new URL("..", scripts).pathname,
    env: {
      NABLA_DATA: folder,
      NO_COLOR: "1",
      ...cwd === undefined ? {} : { INIT_CWD: cwd },
      ...env,
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs a task to its end. */
export async function runTask(
  ...given: Parameters<typeof launch>
): Promise<Finished> {
  const { code, stdout, stderr } = await launch(...given).output();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** The text of an experiment without a GPU whose body is `run`. */
export function experimentText(run: string, id = "mine"): string {
  const from = (path: string) =>
    JSON.stringify(new URL(`../${path}`, scripts).href);
  return `import { z } from "zod";
import { defineStudy } from ${from("lib/train/experiment.ts")};
export default defineStudy({
  id: ${JSON.stringify(id)},
  question: "What happens?",
  config: z.strictObject({}),
  presets: { smoke: {}, quick: {}, full: {} },
  gpu: false,
  async run(ctx) { ${run} },
});
`;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Runs a command to its end. */
export async function run(
  ...given: Parameters<typeof command>
): Promise<Finished> {
  const { code, stdout, stderr } = await command(...given).output();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Modules that stand in for studies. */
export const fixture = (name: string) => `./tests/train/fixtures/${name}.ts`;

/** What tests of the commands are granted. */
export const needs = { read: true, write: true, run: true };

/** The script of `deno task experiment`. */
export const experiment = "experiment.ts";

/** Registers a test that trains on the GPU; skipped, and named so, where there is none. */
export const testTraining: typeof testWith = (needs, name, test) => {
  if (gpu) return testWith(needs, name, test);
  Deno.test.ignore(
    `${name} (needs a WebGPU adapter: deno task setup)`,
    () => {},
  );
};
