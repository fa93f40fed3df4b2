import assert from "node:assert/strict";
import { join } from "node:path";
import { studies } from "../../lib/studies/mod.ts";
import { commandOf } from "../../lib/study/page.ts";
import { FILE_NAME } from "../../lib/results/open.ts";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { testWith } from "../support/permissions.ts";
import {
  HOSTILE,
  SEEDED,
  seedStore,
  startLiveRun,
} from "../support/seed_store.ts";
import { siteHandler, withDataFolder } from "../support/site.ts";

const NEEDS = { read: true, write: true, env: true, run: true };

async function get(path: string, init?: RequestInit): Promise<Response> {
  const handler = await siteHandler();
  return await handler(new Request(`http://127.0.0.1:8000${path}`, init));
}

async function text(path: string, status = 200): Promise<string> {
  const response = await get(path);
  assert.equal(response.status, status, path);
  return await response.text();
}

async function json(path: string, status = 200) {
  const response = await get(path);
  assert.equal(response.status, status, path);
  assert.match(response.headers.get("content-type")!, /^application\/json/);
  return await response.json();
}

const siteTest = (name: string, test: (folder: string) => Promise<void>) =>
  testWith(NEEDS, name, () => withDataFolder(test));

siteTest(
  "the index lists every study with question, result and checks",
  async (folder) => {
    seedStore(folder);
    const html = await text("/");
    for (const { id } of studies) {
      assert.ok(html.includes(`href="/studies/${id}"`), id);
    }
    assert.match(html, /\d+ of \d+ checked lines hold/);
    assert.match(html, /3 of 3 expectations hold/);
    assert.match(html, /<figure class="small">.*<svg/s);
  },
);

siteTest(
  "a study page shows derivation, figures, expectations and command",
  async (folder) => {
    seedStore(folder);
    const html = await text("/studies/backprop-mlp");
    for (const { lines } of studies[0]!.sections) {
      for (const { id } of lines) assert.ok(html.includes(`id="${id}"`), id);
    }
    assert.match(html, /<math/);
    assert.match(html, /class="verdict good"/);
    assert.match(html, /sigmoid\.wgsl/);
    assert.match(html, /Stated, not checked/);
    assert.ok(html.includes('aria-label="line"'), "a figure");
    assert.match(html, /dA1 to every printed digit/);
    assert.ok(html.includes(commandOf(studies[0]!)));
    await text("/studies/unknown", 404);
  },
);

siteTest(
  "a study page and a run page show what a step costs, in the words of deno task plan",
  async (folder) => {
    seedStore(folder);
    for (
      const path of ["/studies/torch-parity", `/runs/${SEEDED.parity}`]
    ) {
      const html = await text(path);
      assert.ok(html.includes("Cost of a step"), path);
      const row = /<th scope="row">dense1<.*?<\/tr>/.exec(html)![0];
      assert.deepEqual(
        [...row.matchAll(/<td[^>]*>([^<]*)/g)].map(([, cell]) => cell),
        ["128", "100,480", "12.86 M", "13.26 M", "1.243 MiB"],
      );
      assert.match(html, /<dt[^>]*>dispatches<\/dt><dd[^>]*>9 a step</);
    }
  },
);

siteTest(
  "a study page shows the run that ?run= names, of that study only",
  async (folder) => {
    seedStore(folder);
    const path = "/studies/backprop-mlp?run=";
    assert.ok((await text(path + SEEDED.completed)).includes(SEEDED.completed));
    await text(path + SEEDED.parity, 404);
    await text(path + "..%2fx", 404);
  },
);

siteTest(
  "a study that was never run nor checked says so with both commands",
  async (folder) => {
    openSqlite(folder, { mode: "write" }).close();
    const html = await text("/studies/backprop-mlp");
    assert.match(html, /No run of this study is stored yet/);
    assert.ok(html.includes(commandOf(studies[0]!)));
    assert.match(html, /deno task derive backprop-mlp/);
  },
);

siteTest("the table of runs is filtered by study and paged", async (folder) => {
  seedStore(folder);
  {
    using store = openSqlite(folder, { mode: "write" });
    for (let i = 0; i < 30; i++) startLiveRun(store, `many-${i}`);
  }
  const first = await text("/runs");
  assert.ok(first.includes("many-29") && !first.includes("many-4<"));
  assert.match(first, /href="\/runs\?page=2"/);
  const second = await text("/runs?page=2");
  assert.ok(second.includes(SEEDED.parity));
  const filtered = await text("/runs?study=torch-parity");
  assert.ok(filtered.includes(SEEDED.parity));
  assert.ok(!filtered.includes(SEEDED.completed));
  for (const odd of ["-1", "x", "1e99", "NaN"]) await text(`/runs?page=${odd}`);
});

siteTest(
  "a run page shows status, error, resume command and provenance",
  async (folder) => {
    seedStore(folder);
    assert.match(await text(`/runs/${SEEDED.failed}`), /loss is not finite/);
    assert.match(
      await text(`/runs/${SEEDED.interrupted}`),
      new RegExp(`deno task experiment --resume ${SEEDED.interrupted}`),
    );
    const html = await text(`/runs/${SEEDED.parity}`);
    for (
      const part of ["llvmpipe", "3f9c1d2e", "dense1.forward", "learningRate"]
    ) assert.ok(html.includes(part), part);
  },
);

siteTest("hostile text of a run is text on every page", async (folder) => {
  seedStore(folder);
  for (const path of ["/runs", `/runs/${SEEDED.hostile}`]) {
    const html = await text(path);
    assert.ok(!html.includes("<script>alert"), path);
    assert.ok(!html.includes("<img src=x"), path);
    assert.ok(html.includes("&lt;script>alert(1)"), path);
  }
  const { run } = await json(`/api/runs/${SEEDED.hostile}`);
  assert.equal(run.name, HOSTILE);
});

siteTest(
  "unknown and impossible ids answer 404, as a page and as JSON",
  async (folder) => {
    seedStore(folder);
    for (const id of ["unknown", "a%20b", "x".repeat(65), "%3Cscript%3E"]) {
      assert.match(await text(`/runs/${id}`, 404), /<h1>Not found<\/h1>/);
      for (const rest of ["", "/metrics", "/events"]) {
        const body = await json(`/api/runs/${id}${rest}`, 404);
        assert.equal(typeof body.error, "string");
      }
    }
    await text("/nothing/here", 404);
    await json("/api/nothing", 404);
  },
);

siteTest(
  "the API gives runs, documents and metrics with NaN as text",
  async (folder) => {
    seedStore(folder);
    const { runs } = await json("/api/runs?study=torch-parity&limit=2");
    assert.deepEqual(runs.map(({ id }: { id: string }) => id), [
      SEEDED.interrupted,
      SEEDED.failed,
    ]);
    await json("/api/runs?limit=0", 400);
    await json("/api/runs?study=a%20b", 400);
    const path = `/api/runs/${SEEDED.failed}/metrics?series=train.loss`;
    const { rows, next } = await json(path);
    assert.equal(rows.length, 60);
    assert.deepEqual([rows[40].value, rows[45].value], ["Infinity", "NaN"]);
    assert.equal(next, null);
    const rest = await json(`${path}&after=${rows[57].sequence}`);
    assert.equal(rest.rows.length, 2);
  },
);

siteTest(
  "the API gives every replica of a series at some steps",
  async (folder) => {
    seedStore(folder);
    {
      using store = openSqlite(folder, { mode: "write" });
      const train = startLiveRun(store);
      for (let i = 0; i < 50; i++) train();
      store.appendMetrics("live-run", [
        { series: "train.loss", step: 50, replica: 0, value: NaN },
      ]);
    }
    const path = "/api/runs/live-run/replicas?series=train.loss";
    const { x, values } = await json(`${path}&steps=10`);
    assert.ok(x.length >= 8 && x.length <= 13);
    assert.equal(x.at(-1), 50);
    assert.deepEqual(values.at(-1), ["NaN"]);
    assert.equal(values[0].length, 3);
    assert.equal((await json(path)).x.length, 51);
    for (const steps of ["1", "401", "2.5", "x"]) {
      await json(`${path}&steps=${steps}`, 400);
    }
    await json("/api/runs/live-run/replicas?series=none", 404);
    await json("/api/runs/none/replicas?series=train.loss", 404);
  },
);

siteTest(
  "a store that is missing or damaged is said so, and recovers by itself",
  async (folder) => {
    const check = async (what: RegExp) => {
      assert.match(await text("/"), what);
      assert.match(await text("/studies/backprop-mlp"), what);
      assert.match(await text("/runs", 503), what);
      assert.match(await text(`/runs/${SEEDED.parity}`, 503), what);
      assert.match((await json("/api/runs", 503)).error, what);
      assert.match((await json("/api/runs/x/events", 503)).error, what);
    };
    await check(/Cannot read the store/);
    const file = join(folder, FILE_NAME);
    Deno.writeTextFileSync(file, "not a database ".repeat(100));
    await check(/Cannot use the store/);
    Deno.removeSync(file);
    seedStore(folder);
    assert.ok((await text("/runs")).includes(SEEDED.parity));
  },
);

siteTest(
  "KaTeX's style sheet and fonts come from this machine, nothing else of it",
  async () => {
    const css = await text("/katex/katex.min.css");
    assert.doesNotMatch(css, /url\((https?:)?\/\//);
    const font = await get("/katex/fonts/KaTeX_Main-Regular.woff2");
    assert.equal(font.headers.get("content-type"), "font/woff2");
    await font.body!.cancel();
    for (
      const path of ["katex.js", "../package.json", "fonts/KaTeX_No-Such.woff2"]
    ) {
      await text(`/katex/${encodeURIComponent(path)}`, 404);
    }
  },
);
