/**
 * What every `deno task` starts. It does what needs rights: provides an adapter,
 * asks git, checks the types of a reader's own module, fetches data sets. Then it
 * starts one process for the command, which may do exactly what the command line
 * names, and never runs code of a reader's itself.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { ANSWERED } from "../lib/data/package_requests.ts";
import { UsageError } from "../lib/core/errors.ts";
import { dataFolder, runToEnd } from "./cli/command.ts";
import { helpText, parseCommand } from "./cli/options.ts";
import { findNamed, type Named, type Place, typedPath } from "./cli/paths.ts";
import { setup } from "./commands/setup.ts";
import { checkTypes } from "./launch/check.ts";
import { type Channel, runChild } from "./launch/child.ts";
import { createLinks } from "./launch/links.ts";
import { answerRequest } from "./launch/packages.ts";
import { flagsFor } from "./launch/rights.ts";
import { readSource } from "./launch/source.ts";
import { type Verb, verbs } from "./launch/verbs.ts";
import { setUp } from "./setup/provide.ts";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Set for every command: a quiet graphics library, and this very Deno as `deno`, also where npx started it. */
const surroundings = {
  XDG_RUNTIME_DIR: "/tmp",
  PATH: [dirname(Deno.execPath()), Deno.env.get("PATH") ?? ""].join(":"),
};

const [name = "", ...args] = Deno.args;
const verb = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
await runToEnd(verb?.command?.usage ?? null, () => {
  if (verb) return start(verb);
  if (name === "setup") return provide();
  if (name === "test") return test();
  throw new UsageError(`Cannot start "${name}": there is no such command`);
});

async function provide(): Promise<number> {
  const { values: { help, browser } } = parseCommand(args, setup);
  if (help) console.log(helpText(setup));
  else await setUp({ browser });
  return 0;
}

/** Runs `deno test`, whose permission set is in deno.json for those who type it themselves. */
async function test(): Promise<number> {
  await setUp({ browser: true });
  console.error("Checking types, which takes a minute when much has changed");
  return await runChild({
    // Quiet, as Deno otherwise warns that permission sets are new.
    args: ["test", "--quiet", "-P=test", ...args],
    folder: root,
    env: { ...surroundings, DENO_WEBGPU_BACKEND: "vulkan,dx12,metal" },
  });
}

/** Starts a command with what its command line names. */
async function start(verb: Verb): Promise<number> {
  await using links = createLinks();
  const home = Deno.env.get("HOME");
  const data = await links.plain(
    typedPath(dataFolder(), { folder: root, home }),
  );
  const named = await readArgs(verb, {
    absolute: (word) =>
      typedPath(word, { folder: Deno.env.get("INIT_CWD") ?? root, home }),
    plain: links.plain,
  });
  if (named === null) return 0;
  if (verb.adapter && !args.includes("--help")) {
    await setUp({ browser: false });
  }
  for (const module of named.modules) await checkTypes(root, module);
  return await runChild({
    args: [
      "run",
      "--no-prompt",
      ...verb.trains ? ["--cached-only"] : [],
      ...flagsFor(verb.rights({ ...named, data })),
      `scripts/${verb.script}`,
      ...named.args,
    ],
    folder: root,
    env: { ...surroundings, NABLA_DATA: data, [ANSWERED]: "1" },
    channel: await open(verb, data),
  });
}

/** What a command is told, and what it may ask. */
async function open({ trains }: Verb, data: string): Promise<Channel> {
  const source = trains
    ? await readSource(root)
    : { revision: null, dirty: null };
  return {
    hello: { kind: "launch", typed: args, source },
    answer: (request) => answerRequest(request, data),
  };
}

/** What the command line names; `null` where it only asks for help, which is then given. */
function readArgs(
  { command }: Verb,
  place: Place,
): Promise<Named> | null {
  if (!command) {
    const nothing = { read: [], write: [], modules: [], values: {}, args };
    return Promise.resolve(nothing);
  }
  const line = parseCommand(args, command);
  if (!line.values.help) return findNamed(command, line, place);
  console.log(helpText(command));
  return null;
}
