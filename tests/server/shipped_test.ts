import assert from "node:assert/strict";
import { join } from "node:path";
import { encodeChecks } from "../../lib/results/shipped/checks.ts";
import { shipRun } from "../../lib/results/shipped/ship.ts";
import { FILE_NAME } from "../../lib/results/open.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { storeOf } from "../../lib/results/store.ts";
import { testWith } from "../support/permissions.ts";
import { SEEDED, seedStore, startLiveRun } from "../support/seed_store.ts";
import { siteHandler, withDataFolder } from "../support/site.ts";

const NEEDS = { read: true, write: true, env: true, run: true };

async function text(path: string, status = 200): Promise<string> {
  const handler = await siteHandler();
  const response = await handler(new Request(`http://127.0.0.1:8000${path}`));
  assert.equal(response.status, status, path);
  return await response.text();
}

/** Ships the seeded run of torch-parity and all seeded checks; the store itself is gone then. */
async function ship(folder: string): Promise<void> {
  seedStore(folder);
  const target = join(folder, "shipped");
  Deno.mkdirSync(target);
  {
    using store = openSqlite(folder, { mode: "read" });
    const { bytes } = await shipRun(storeOf(store), SEEDED.parity);
    Deno.writeFileSync(join(target, "torch-parity.json.gz"), bytes);
    const origin = { revision: "ab".repeat(20), dirty: true, adapter: "GPU" };
    const checks = encodeChecks(origin, store.checks());
    Deno.writeFileSync(join(target, "_checks.json.gz"), checks);
  }
  for (const { name } of [...Deno.readDirSync(folder)]) {
    if (name.startsWith(FILE_NAME)) Deno.removeSync(join(folder, name));
  }
}

const shippedTest = (name: string, test: (folder: string) => Promise<void>) =>
  testWith(NEEDS, name, () =>
    withDataFolder(async (folder) => {
      await ship(folder);
      await test(folder);
    }));

shippedTest(
  "without a store the index shows shipped runs, and says so",
  async () => {
    const html = await text("/");
    assert.match(html, /results below came with Nabla/);
    assert.ok(html.includes(`/runs/${SEEDED.parity}`));
    assert.match(html, /class="shipped">came with Nabla/);
    assert.match(html, /<figure class="small">/);
    assert.match(html, /checked lines hold/);
    assert.doesNotMatch(html, /Cannot read the store/);
  },
);

shippedTest(
  "an unknown run answers 404 before there is a store",
  async () => {
    for (const path of ["/runs/", "/api/runs/"]) {
      await text(`${path}20261120-1000-nothing-e5f6`, 404);
    }
    for (const rest of ["/events", "/metrics", "/replicas?series=x"]) {
      await text(`/api/runs/20261120-1000-nothing-e5f6${rest}`, 404);
    }
  },
);

shippedTest(
  "a study page shows a shipped run with source, adapter, date and command",
  async () => {
    const html = await text("/studies/torch-parity");
    const [notice] = /<div class="notice".*?<\/div>/s.exec(html)!;
    for (
      const part of [
        "This run came with Nabla",
        "3f9c1d2e4b",
        "llvmpipe",
        "2026-11-20 10:00",
        "deno task experiment torch-parity",
      ]
    ) assert.ok(notice.includes(part), part);
    assert.ok(html.includes('aria-label="line"'), "a figure");
    assert.match(html, /first loss/);
    const [checks] = /<span class="shipped">checked.*?<\/span>/s.exec(html)!;
    for (const part of ["2026-11-20 08:55", "abababab", "uncommitted", "GPU"]) {
      assert.ok(checks.includes(part), part);
    }
  },
);

shippedTest(
  "a shipped run has a page, an API and a row in the table",
  async () => {
    const page = await text(`/runs/${SEEDED.parity}`);
    assert.match(page, /This run came with Nabla/);
    assert.match(page, /dense1\.forward/);
    assert.match(await text("/runs"), /came with Nabla/);
    const api = `/api/runs/${SEEDED.parity}`;
    assert.equal(JSON.parse(await text(api)).run.shipped, true);
    const { rows } = JSON.parse(await text(`${api}/metrics?series=mlp.loss`));
    assert.equal(rows.at(-1).step, 937);
    assert.match(await text(`${api}/events`), /event: end/);
  },
);

shippedTest(
  "a run of one's own takes the place of the shipped one, a check too",
  async (folder) => {
    {
      using store = openSqlite(folder, { mode: "write" });
      startLiveRun(store, "mine");
      store.updateRun("mine", { status: "completed" });
    }
    assert.match(await text("/studies/torch-parity"), /came with Nabla/);
    assert.doesNotMatch(await text("/studies/backprop-mlp"), /This run came/);
    assert.doesNotMatch(await text("/"), /results below came with Nabla/);
    seedStore(folder);
    const html = await text("/studies/torch-parity");
    assert.doesNotMatch(html, /came with Nabla|class="shipped"/);
    assert.doesNotMatch(
      await text(`/runs/${SEEDED.parity}`),
      /came with Nabla/,
    );
  },
);

shippedTest(
  "where the store is damaged, pages say so and show what is shipped",
  async (folder) => {
    Deno.writeTextFileSync(join(folder, FILE_NAME), "no database ".repeat(100));
    for (const path of ["/", "/studies/torch-parity"]) {
      const html = await text(path);
      assert.match(html, /Cannot use the store/, path);
      assert.ok(html.includes(SEEDED.parity), path);
    }
    await text("/runs", 503);
    await text(`/api/runs/${SEEDED.parity}`, 503);
  },
);
