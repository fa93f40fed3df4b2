/** What an experiment may do, and whose experiments run at all. */
import assert from "node:assert/strict";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { PROVENANCE, sample } from "../results/support.ts";
import { verbs } from "../../scripts/launch/verbs.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { experimentText, needs, runTask } from "./support.ts";

const asking =
  new URL("../../lib/data/package_requests.ts", import.meta.url).href;

/** What an experiment could try, by name. */
const attempts = {
  "start Deno": "new Deno.Command(Deno.execPath()).outputSync()",
  "start git": 'new Deno.Command("git").outputSync()',
  "start through Node":
    'await import("node:child_process").then((it) => it.execSync("id"))',
  "send a signal": 'Deno.kill(Deno.ppid, "SIGTERM")',
  "load a library": 'Deno.dlopen("libc.so.6", {})',
  fetch: 'await fetch("http://127.0.0.1:9999/")',
  connect: "await Deno.connect({ port: 9999 })",
  listen: "Deno.listen({ port: 0 })",
  "import from the net": 'await import("https://" + "esm.sh/preact")',
  "import a new package": 'await import("npm:" + "left-pad@1.3.0")',
  "read a file elsewhere": 'Deno.readTextFileSync("/etc/hosts")',
  "write into the checkout": 'Deno.writeTextFileSync("written", "")',
  "write beside itself":
    'Deno.writeTextFileSync(new URL("written", import.meta.url), "")',
  "read the environment": 'Deno.env.get("HOME")',
};

Deno.test("serve may use the host that it is told", () => {
  const given = { data: "data", read: [], write: [] };
  const hosts = (host?: string) =>
    verbs.serve!.rights({ ...given, values: { host } }).net;
  assert.deepEqual(hosts(), ["localhost", "127.0.0.1"]);
  assert.deepEqual(hosts("::1"), ["localhost", "[::1]"]);
  assert.deepEqual(hosts("0.0.0.0"), ["localhost", "0.0.0.0"]);
  assert.deepEqual(hosts("a,b"), ["localhost"]);
});

testWith(
  needs,
  "an experiment starts no program, has no network, and writes the data folder alone",
  () =>
    withFolder(async (folder) => {
      const tried = Object.entries(attempts).map(([name, code]) =>
        `try { ${code}; done.push(${JSON.stringify(name)}); } catch {}`
      );
      const module = `${folder}/own/mine.ts`;
      await Deno.mkdir(`${folder}/own`);
      await Deno.writeTextFile(
        module,
        "// @ts-nocheck: it tries what does not exist\n" + experimentText(
          `const done = []; ${tried.join("\n")}
           Deno.writeTextFileSync(Deno.env.get("NABLA_DATA") + "/allowed", "");
           ctx.result("done", done);
           const { askForPackage } = await import(${JSON.stringify(asking)});
           await askForPackage("left-pad").catch(({ message }) =>
             ctx.result("refused", message));`,
        ),
      );
      const { code, stdout, stderr } = await runTask(
        ["experiment", module, "--json"],
        { folder: `${folder}/data` },
      );
      assert.equal(code, 0, stderr);
      const { done, refused } = JSON.parse(stdout).results;
      assert.deepEqual(done, []);
      // The launcher fetches data sets that it knows, and nothing else.
      assert.match(refused, /Cannot fetch left-pad: it is no data set/);
      assert.ok(Deno.statSync(`${folder}/data/allowed`).isFile);
    }),
);

testWith(
  needs,
  "neither --resume nor verify runs a module that only the store names",
  () =>
    withFolder(async (folder) => {
      const module = `${folder}/theirs.ts`;
      const marker = `${folder}/marker`;
      const mark = `Deno.writeTextFileSync(${JSON.stringify(marker)}, "");`;
      await Deno.writeTextFile(module, mark + experimentText(mark, "theirs"));
      await Deno.copyFile(module, `${folder}/theirs.mjs`);
      const words = [
        module,
        `${folder}/theirs.mjs`,
        `file://${module}`,
        `data:text/javascript,${mark}//.ts`,
        `../../../../../../../..${module}`,
        `--data=${module}`,
      ];
      // Each word with a study of its own and one of Nabla's, for both commands.
      const studies = ["theirs", "theirs", "rmsprop", "rmsprop"];
      const named = [...words, ...words].map((word, i) => ({
        id: `run-${i}`,
        study: studies[(i + Math.floor(i / words.length)) % 4]!,
        word,
      }));
      {
        using store = openSqlite(folder, { mode: "write" });
        for (const { id, study, word } of named) {
          const command = ["deno", "task", "experiment", word];
          const provenance = { ...PROVENANCE, command };
          store.createRun(sample({ id, study, provenance }));
          store.updateRun(id, { status: "interrupted" });
        }
      }
      const commands = named.map(({ id }, i) =>
        i % 2 === 0 ? ["experiment", "--resume", id] : ["verify", id]
      );
      for (const args of commands) {
        const { code, stderr } = await runTask(args, { folder });
        assert.throws(
          () => Deno.statSync(marker),
          Deno.errors.NotFound,
          `${args.join(" ")}\n${stderr}`,
        );
        assert.equal(code, 2, stderr);
        assert.match(stderr, /name its file/);
      }
    }),
);
