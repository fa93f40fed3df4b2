/** Every command that README.md and `--help` name does what it says in a clean clone: no variable set, the default data folder. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import configuration from "../deno.json" with { type: "json" };
import readme from "../README.md" with { type: "text" };
import { gpu } from "./support/device.ts";
import { withFolder } from "./support/folder.ts";
import { testWith } from "./support/permissions.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Tasks for those who change the code; they have no help of their own. */
const UPKEEP = ["check", "ok", "size", "test", "test:kills"];

/** What stands for RUN: the newest run of the README's own example. */
const RUN = "RUN";

/** Each command that README.md names, at its smallest size, in an order in which each finds what it needs. */
const documented: Record<string, readonly string[][]> = {
  "deno task experiment": [["experiment", "--preset", "smoke"]],
  "deno task experiment STUDY": [
    ["experiment", "shared-weight-gradient", "--preset", "smoke"],
    ["experiment", "--list"],
  ],
  "deno task experiment ./mine.ts": [["experiment", "./mine.ts"]],
  "deno task plan STUDY": [["plan", "shared-weight-gradient"]],
  "deno task plan ./mine.ts": [["plan", "./mine.ts"]],
  "deno task derive": [["derive"]],
  "deno task runs": [
    ["runs"],
    ["runs", "fit-a-sine"],
    ["runs", "--shipped"],
    ["export", RUN, "--output", "run.json"],
    ["export", "fit-a-sine", "--format", "csv", "--output", "run.csv"],
    ["export", "fit-a-sine", "--format", "html", "--output", "run.html"],
    ["export", "rmsprop", "--format", "html", "--output", "study.html"],
    ["export", RUN, "--format", "safetensors", "--output", "run.safetensors"],
  ],
  "deno task verify RUN ./mine.ts": [["verify", RUN, "./mine.ts"]],
  "deno task tune": [["tune", "gemm TN 64² deep"]],
  "deno task bench": [
    ["bench", "gemm-nt-512", "--only", "nabla", "--seconds", "0"],
  ],
  // Started below, as it runs until it is told to stop.
  "deno task serve": [],
  // One file without its types: these are what this very test is a part of.
  "deno task test": [
    [
      "test",
      "--no-check",
      "--filter",
      "names only tasks",
      "tests/readme_test.ts",
    ],
  ],
  // The gate runs both beside this test; the two tasks that `ok` names exist.
  "deno task ok": [],
  "deno test": [],
};

/** A command as its documentation spells it, however Deno is started. */
function named(text: string): string[] {
  const pattern =
    /(?:npx -y deno@[\d.]+|\bdeno) ((?:task \w[\w:]*|test\b)(?: (?:[A-Z]+\b|\.\/[\w.]+))*)/g;
  return [...text.matchAll(pattern)].map(([, words]) => `deno ${words}`);
}

Deno.test("every command of README.md is run by a test", () => {
  const found = new Set(named(readme));
  assert.deepEqual([...found].sort(), Object.keys(documented).sort());
});

/** Runs a task of the clone as a newcomer's shell would. */
function task(clone: string, args: readonly string[]): Deno.Command {
  const { PATH, HOME } = Deno.env.toObject();
  return new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...args],
    cwd: clone,
    clearEnv: true,
    env: { PATH: PATH!, HOME: HOME! },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

async function outputOf(command: Deno.Command) {
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Clones the repository with what is not committed yet, and with the packages that are installed. */
async function cloneInto(clone: string): Promise<void> {
  const script = `git clone -q . "$0" && cp -a node_modules "$0" &&
    git ls-files -z -co --exclude-standard |
    tar --null --ignore-failed-read -T - -cf - 2>/dev/null | tar -xf - -C "$0"`;
  const { code, stderr } = await outputOf(
    new Deno.Command("sh", { args: ["-c", script, clone], cwd: root }),
  );
  assert.equal(code, 0, stderr);
}

const needs = { read: true, write: true, run: true, env: true };

if (gpu) {
  testWith(
    needs,
    "every command of README.md and every --help works in a clean clone",
    (t) =>
      withFolder(async (folder) => {
        const clone = `${folder}/clone`;
        await cloneInto(clone);
        const [, example] = readme.match(/```ts\n([\s\S]*?)```/)!;
        await Deno.writeTextFile(`${clone}/mine.ts`, example!);
        let run = "";
        for (const args of Object.values(documented).flat()) {
          const words = args.map((word) => word === RUN ? run : word);
          await t.step(`deno task ${args.join(" ")}`, async () => {
            const { code, stdout, stderr } = await outputOf(task(clone, words));
            assert.equal(code, 0, stdout + stderr);
            assert.doesNotMatch(stderr, /experimental|warning/i);
            run = stdout.match(/\/runs\/(\S+-fit-a-sine-\w+)/)?.[1] ?? run;
          });
        }
        await t.step(
          "a run notes its revision, and mine.ts as a change",
          () => {
            const file = Deno.readTextFileSync(`${clone}/run.json`);
            const { revision, dirty } = JSON.parse(file).provenance;
            assert.match(revision, /^[0-9a-f]{40,64}$/);
            assert.equal(dirty, true);
          },
        );
        await t.step("deno task serve", () => serve(clone));
        for (const verb of Object.keys(configuration.tasks)) {
          if (UPKEEP.includes(verb)) continue;
          await t.step(`deno task ${verb} --help`, async () => {
            const help = task(clone, [verb, "--help"]);
            const { code, stdout, stderr } = await outputOf(help);
            assert.deepEqual([code, stderr], [0, ""]);
            assert.match(stdout, /^Usage: deno task /m);
            const wide = stdout.split("\n").filter((line) =>
              [...line].length > 80
            );
            assert.deepEqual(wide, []);
            for (const command of named(stdout)) {
              const [, , name] = command.split(" ");
              assert.ok(name! in configuration.tasks, command);
            }
          });
        }
      }),
  );
}

/** Starts the site, reads its first page where it says it is, and stops it. */
async function serve(clone: string): Promise<void> {
  const child = task(clone, ["serve"]).spawn();
  const reader = child.stdout.getReader();
  let said = "";
  while (!/Nabla is at \S+\n/.test(said)) {
    const { value, done } = await reader.read();
    assert.ok(!done, said);
    said += new TextDecoder().decode(value);
  }
  const url = said.match(/Nabla is at (\S+)/)![1]!;
  const response = await fetch(url);
  assert.equal(response.status, 200);
  await response.body?.cancel();
  const again = ["experiment", "shared-weight-gradient", "--preset", "smoke"];
  const { stdout } = await outputOf(task(clone, again));
  assert.ok(stdout.includes(`Browse: ${url}runs/`), stdout);
  child.kill("SIGINT");
  reader.releaseLock();
  await child.stdout.cancel();
  const problems = await new Response(child.stderr).text();
  assert.deepEqual([(await child.status).code, problems], [0, ""]);
}
