import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { formatExact } from "../../lib/plots/format.ts";
import { seriesOf } from "../../lib/plots/series.ts";
import { openSqlite, type SqliteStore } from "../../lib/results/sqlite.ts";
import { assertQuiet, withPage } from "../support/browser.ts";
import { startLiveRun } from "../support/seed_store.ts";
import { testWith } from "../support/permissions.ts";
import { withDataFolder } from "../support/site.ts";
import { browserTest } from "./site.ts";

const NEEDS = { read: true, write: true, env: true, run: true, net: true };

async function reaches(page: Page, step: number): Promise<void> {
  await page.waitForFunction(
    (step) =>
      Number(document.querySelector(".progress")?.textContent?.slice(5)) >=
        step,
    step,
    { timeout: 15_000 },
  );
}

/** Compares the table of the first chart with what the store holds. */
async function assertNothingLost(
  page: Page,
  store: SqliteStore,
): Promise<void> {
  await page.locator(".data-table summary").first().click();
  const rows = await page.locator(".data-table").first()
    .locator("tbody tr").all();
  const [stored] = seriesOf(store.metrics("live-run"));
  assert.deepEqual(
    await Promise.all(
      rows.map((row) => row.locator("th, td").allTextContents()),
    ),
    stored!.x.map((x, i) => [String(x), formatExact(stored!.y[i]!)]),
  );
}

browserTest(
  "a run page follows the training and shows how it ends",
  async (folder, { url }) => {
    using store = openSqlite(folder, { mode: "write" });
    const train = startLiveRun(store);
    train();
    const log = await withPage({ url: `${url}runs/live-run` }, async (page) => {
      const status = page.locator(".run-state .status");
      assert.equal(await status.textContent(), "running");
      const timer = setInterval(train, 100);
      await reaches(page, 20);
      clearInterval(timer);
      store.updateRun("live-run", {
        status: "completed",
        endedAt: new Date().toISOString(),
        expectations: [{
          ...{ name: "it learns", holds: true },
          ...{ measured: 0.31, expected: "below 0.5" },
        }],
      });
      await page.locator(".status.completed").waitFor();
      await page.getByRole("rowheader", { name: "it learns" }).waitFor();
      await assertNothingLost(page, store);
      assert.match(
        (await page.locator(".legend").first().textContent())!,
        /mean ± sd of 3/,
      );
    });
    assertQuiet(log);
  },
);

browserTest(
  "twelve pages of one browser all follow the training",
  async (folder, { url }) => {
    using store = openSqlite(folder, { mode: "write" });
    const train = startLiveRun(store);
    train();
    await withPage({ url: `${url}icon.svg` }, async (blank) => {
      const context = await blank.context().browser()!.newContext();
      const pages = await Promise.all(Array.from({ length: 12 }, async () => {
        const page = await context.newPage();
        await page.goto(`${url}runs/live-run`);
        return page;
      }));
      for (const step of [1, 2]) {
        train();
        await Promise.all(pages.map((page) => reaches(page, step)));
      }
      // There is a connection left for another page.
      await pages.pop()!.goto(`${url}runs`);
      train();
      store.updateRun("live-run", { status: "completed" });
      await Promise.all(pages.map(async (page) => {
        await page.locator(".status.completed").waitFor();
        await reaches(page, 3);
      }));
      await assertNothingLost(pages[0]!, store);
    });
  },
);

/** Starts the site as a process of its own and waits until it answers. */
async function serveApart(folder: string, port: number) {
  const script = new URL("../../scripts/serve.ts", import.meta.url);
  const process = new Deno.Command("deno", {
    args: [
      ...["run", "--allow-read", "--allow-write", "--allow-env"],
      ...["--allow-net", "--allow-run", script.href],
      ...["--port", String(port), "--json"],
    ],
    env: { NABLA_DATA: folder },
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = process.stdout.getReader();
  let said = "";
  while (!said.includes("url")) {
    const { value, done } = await reader.read();
    assert.ok(!done, "the server has ended");
    said += new TextDecoder().decode(value);
  }
  return {
    url: `http://127.0.0.1:${port}/`,
    async kill() {
      process.kill("SIGKILL");
      await reader.cancel();
      await process.status;
    },
  };
}

testWith(
  NEEDS,
  "a run page loses no point when the server is killed and started again",
  () =>
    withDataFolder(async (folder) => {
      using store = openSqlite(folder, { mode: "write" });
      const train = startLiveRun(store);
      const port = freePort();
      let server = await serveApart(folder, port);
      try {
        await withPage({ url: `${server.url}runs/live-run` }, async (page) => {
          for (let i = 0; i < 5; i++) train();
          await reaches(page, 4);
          await server.kill();
          for (let i = 0; i < 5; i++) train();
          await page.locator(".line-down").waitFor();
          server = await serveApart(folder, port);
          for (let i = 0; i < 5; i++) train();
          await reaches(page, 14);
          await assertNothingLost(page, store);
        });
      } finally {
        await server.kill();
      }
    }),
);

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}
