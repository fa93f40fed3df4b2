/** `deno task runs` and `deno task export` on a run. */
import assert from "node:assert/strict";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { experiment, fixture, needs, run } from "./support.ts";

testWith(
  needs,
  "runs and export show a recorded run",
  () =>
    withFolder(async (folder) => {
      await run(experiment, [fixture("counting"), "--seed", "1"], { folder });
      const listed = await run("runs.ts", ["--json"], { folder });
      const [document] = JSON.parse(listed.stdout);
      assert.equal(document.study, "counting");
      assert.equal(document.status, "completed");
      const table = await run("runs.ts", [], { folder });
      assert.match(
        table.stdout,
        new RegExp(`${document.run} +counting +quick +1 +1 +completed +1 of 2`),
      );
      const one = await run("runs.ts", [document.run], { folder });
      assert.match(one.stdout, new RegExp(`^${document.run} `, "m"));
      const none = await run("runs.ts", ["rmsprop"], { folder });
      assert.match(none.stdout, /^No runs of rmsprop yet; deno task/);
      const unknown = await run("runs.ts", ["rmsprp"], { folder });
      assert.equal(unknown.code, 2);
      assert.match(
        unknown.stderr,
        /no such study or run; did you mean rmsprop/,
      );
      const newest = await run("export.ts", ["counting"], { folder });
      assert.equal(JSON.parse(newest.stdout).run, document.run);
      const exported = await run("export.ts", [document.run], { folder });
      assert.equal(JSON.parse(exported.stdout).metrics.length, 30);
      const csv = await run("export.ts", [document.run, "--format", "csv"], {
        folder,
      });
      assert.equal(
        csv.stdout.trim().split("\n").at(-1)?.split(",").includes("29"),
        true,
      );
      const html = await run("export.ts", [document.run, "--format", "pdf"], {
        folder,
      });
      assert.equal(html.code, 2);
      assert.match(html.stderr, /one of json, csv/);
      const checked = await run("runs.ts", ["--check"], { folder });
      assert.deepEqual([checked.code, checked.stdout], [
        0,
        "The store is sound\n",
      ]);
    }),
);
