import assert from "node:assert/strict";
import { linesOf, studies } from "../../lib/studies/mod.ts";
import { interactive } from "../../islands/interactive.ts";
import { testWith } from "../support/permissions.ts";
import { siteHandler, withDataFolder } from "../support/site.ts";

const NEEDS = { read: true, write: true, env: true, run: true };

async function get(path: string): Promise<[number, string]> {
  const handler = await siteHandler();
  const response = await handler(new Request(`http://127.0.0.1:8000${path}`));
  return [response.status, await response.text()];
}

Deno.test("every interactive figure that a section names is in the list, and the other way round", () => {
  const named = new Set(
    studies.flatMap(({ sections }) =>
      sections.flatMap((section) => section.interactive ?? [])
    ),
  );
  assert.deepEqual([...named].sort(), Object.keys(interactive).sort());
});

testWith(
  NEEDS,
  "every study page shows its lines, checked or as prose, and every formula",
  () =>
    withDataFolder(async () => {
      for (const study of studies) {
        const [status, html] = await get(`/studies/${study.id}`);
        assert.equal(status, 200, study.id);
        assert.ok(!html.includes("tex-fault"), study.id);
        const lines = linesOf(study);
        const prose = lines.filter(({ check }) => !check);
        assert.equal(
          html.split("Stated, not checked").length - 1,
          prose.length,
        );
        assert.equal(
          html.split('class="again"').length - 1,
          lines.length - prose.length,
        );
      }
    }),
);

Deno.test("the file of every study is named after its id, as the browser looks for it", async () => {
  for (const study of studies) {
    const file = study.id.replaceAll("-", "_");
    const module = await import(`../../lib/studies/${file}/study.ts`);
    assert.ok(Object.values(module).includes(study), study.id);
  }
});

testWith(
  NEEDS,
  "a study without an experiment asks for no run",
  () =>
    withDataFolder(async () => {
      const [, html] = await get("/studies/computational-graph");
      assert.doesNotMatch(html, /Measured|No run of this study/);
      assert.match(html, /deno task derive computational-graph/);
      const [, index] = await get("/");
      const entry = index.slice(index.indexOf("/studies/computational-graph"));
      assert.doesNotMatch(
        entry.slice(0, entry.indexOf("</li>")),
        /Not run yet/,
      );
    }),
);

testWith(
  NEEDS,
  "every kernel a line names has a page with its text, and nothing else has",
  () =>
    withDataFolder(async () => {
      const kernels = studies.flatMap(linesOf)
        .flatMap(({ kernels = [] }) => kernels.map(({ file }) => file));
      for (const file of new Set(kernels)) {
        const [status, html] = await get(`/shaders/${file}`);
        assert.equal(status, 200, file);
        assert.match(html, /class="wgsl-comment">/, file);
      }
      for (const file of ["mod.ts", "no.wgsl", "..%2fmain.ts", "__proto__"]) {
        assert.equal((await get(`/shaders/${file}`))[0], 404, file);
      }
    }),
);
