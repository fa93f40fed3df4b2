/** README.md stays true: its commands exist, its links lead somewhere, its example runs. */
import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import readme from "../README.md" with { type: "text" };
import { testWith } from "./support/permissions.ts";

const root = new URL("../", import.meta.url);

Deno.test("README.md names only tasks that exist", () => {
  const named = [...readme.matchAll(/deno task (\w+)/g)].map(([, task]) =>
    task!
  );
  assert.ok(named.length > 5);
  const unknown = named.filter((task) => !(task in config.tasks));
  assert.deepEqual(unknown, []);
});

testWith({ read: true }, "README.md links to files that exist", async () => {
  const links = [...readme.matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) =>
    target!
  )
    .filter((target) => !target.startsWith("http"));
  assert.ok(links.length > 1);
  for (const link of links) await Deno.stat(new URL(link, root));
});

testWith(
  { read: true, write: true, run: true, env: true },
  "README.md shows an experiment that runs and reproduces",
  async () => {
    const [, example] = readme.match(/```ts\n([\s\S]*?)```/)!;
    const folder = await Deno.makeTempDir();
    try {
      const file = `${folder}/mine.ts`;
      await Deno.writeTextFile(
        file,
        example!.replaceAll('from "./', `from "${root.href}`),
      );
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["task", "--quiet", "experiment", file, "--json"],
        cwd: root,
        env: { NABLA_DATA: folder },
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
      const { status, expectations } = JSON.parse(
        new TextDecoder().decode(stdout),
      );
      assert.equal(status, "completed");
      assert.equal(expectations.length, 1);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
