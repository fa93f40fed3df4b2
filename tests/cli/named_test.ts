/** Files and folders that a command line names, anywhere and by any name. */
import assert from "node:assert/strict";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { experimentText, needs, runTask } from "./support.ts";

/** Names that a shell, a URL or a list of permissions could trip over. */
const names = [
  "blank, comma",
  `it's "quoted" Käse 日本`,
  "-100%20 #1?x=$HOME;*\\",
];

testWith(
  needs,
  "experiment takes file, data and data folder by any name, relative to where it is typed",
  () =>
    withFolder(async (folder) => {
      for (const name of names) {
        const place = `${folder}/${name}`;
        await Deno.mkdir(`${place}/data`, { recursive: true });
        await Deno.writeTextFile(`${place}/data/number`, "42");
        await Deno.writeTextFile(
          `${place}/beside.ts`,
          "export const plus = 1;\n",
        );
        await Deno.writeTextFile(
          `${place}/mine.ts`,
          'import { plus } from "./beside.ts";\n' + experimentText(
            'ctx.result("sum", plus + Number(await Deno.readTextFile(ctx.dataFolder + "/number")));',
          ),
        );
        const args = [`./${name}/mine.ts`, "--data", `./${name}/data`];
        const { code, stdout, stderr } = await runTask(
          ["experiment", ...args, "--json"],
          { folder: `${place}/store`, cwd: folder },
        );
        assert.equal(code, 0, `${name}: ${stderr}`);
        const { run, results, provenance } = JSON.parse(stdout);
        assert.equal(results.sum, 43, name);
        assert.deepEqual(provenance.command.slice(3, 6), args);
        using store = openSqlite(`${place}/store`, { mode: "read" });
        assert.equal(store.run(run)?.status, "completed");
      }
    }),
);

testWith(
  needs,
  "experiment follows links and the tilde to file and data",
  () =>
    withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/home/data`, { recursive: true });
      await Deno.writeTextFile(`${folder}/home/data/number`, "42");
      await Deno.writeTextFile(
        `${folder}/home/mine.ts`,
        experimentText(
          'ctx.result("number", await Deno.readTextFile(ctx.dataFolder + "/number"));',
        ),
      );
      await Deno.symlink(`${folder}/home/data`, `${folder}/data link`);
      await Deno.symlink(`${folder}/home/mine.ts`, `${folder}/linked.ts`);
      for (
        const [file, data] of [
          ["~/mine.ts", "~/data"],
          ["linked.ts", "home/../data link/"],
        ] as const
      ) {
        const args = ["experiment", file, "--data", data, "--json"];
        const { code, stdout, stderr } = await runTask(args, {
          folder: `${folder}/store`,
          cwd: folder,
          env: { HOME: `${folder}/home` },
        });
        assert.equal(code, 0, `${file}: ${stderr}`);
        assert.equal(JSON.parse(stdout).results.number, "42");
      }
    }),
);

testWith(
  needs,
  "experiment says where --data changes nothing",
  () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/mine.ts`, experimentText(""));
      const args = ["experiment", "mine.ts", "--data", "."];
      const { code, stdout } = await runTask(args, { folder, cwd: folder });
      assert.equal(code, 0);
      assert.match(
        stdout,
        /Nothing was read from .*: mine reads no data files/,
      );
    }),
);

testWith(
  needs,
  "commands name a file or folder that is not there, and leave no trace",
  () =>
    withFolder(async (folder) => {
      await Deno.writeTextFile(`${folder}/file`, "");
      await Deno.writeTextFile(`${folder}/mine.ts`, "export default 1;\n");
      const cases: [string[], RegExp][] = [
        [
          ["experiment", "rmsprop", "--data", "nowhere"],
          /Cannot read data from nowhere: there is no folder .*\/nowhere/,
        ],
        [["experiment", "--data=file"], /\/file is no folder/],
        [["experiment", "rmsprop", "--data="], /--data: it needs FOLDER/],
        [["verify", "x", "--data", "file/x"], /there is no folder .*file\/x/],
        [
          ["experiment", "no.ts"],
          /Cannot run no\.ts: there is no file .*no\.ts/,
        ],
        [["plan", "no.ts"], /there is no file/],
        [["verify", "x", "no.ts"], /there is no file/],
        [["verify", "mine.ts"], /name the run/],
        [
          ["export", "x", "--output", "nowhere/file.json"],
          /Cannot write nowhere\/file\.json: there is no folder/,
        ],
        [["export", "x", "--output", "."], /Cannot write \.: it is a folder/],
      ];
      for (const [args, message] of cases) {
        const { code, stderr } = await runTask(args, {
          folder: `${folder}/store`,
          cwd: folder,
        });
        assert.match(stderr, message);
        assert.equal(code, 2, args.join(" "));
      }
      assert.throws(() => Deno.statSync(`${folder}/store`));
    }),
);

testWith(
  needs,
  "export writes next to where it is typed and nowhere else",
  () =>
    withFolder(async (folder) => {
      await Deno.mkdir(`${folder}/a, b`);
      const { stdout } = await runTask(["runs", "--shipped", "--json"], {
        folder: `${folder}/store`,
      });
      const [{ run }] = JSON.parse(stdout);
      const { code, stderr } = await runTask(
        ["export", run, "--output", "./a, b/run.json"],
        { folder: `${folder}/store`, cwd: folder },
      );
      assert.equal(code, 0, stderr);
      const file = Deno.readTextFileSync(`${folder}/a, b/run.json`);
      assert.equal(JSON.parse(file).run, run);
    }),
);
