import assert from "node:assert/strict";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { assertQuiet, withPage } from "../support/browser.ts";
import { startLiveRun } from "../support/seed_store.ts";
import { violations } from "./axe.ts";
import { browserTest } from "./site.ts";

browserTest(
  "every one of 200 replicas is loaded and drawn when it is asked for",
  async (folder, { url }) => {
    {
      using store = openSqlite(folder, { mode: "write" });
      startLiveRun(store, "many");
      store.appendMetrics(
        "many",
        Array.from({ length: 200 * 90 }, (_, i) => ({
          ...{ series: "train.loss", step: Math.floor(i / 200) },
          ...{ replica: i % 200, value: 1 + Math.sin(i) },
        })),
      );
      store.updateRun("many", { status: "completed" });
    }
    const log = await withPage({ url: `${url}runs/many` }, async (page) => {
      await page.locator(".chart[data-ready=true]").waitFor();
      const paths = page.locator(".chart-svg [aria-label=line] path");
      assert.equal(await paths.count(), 1);
      const button = page.getByRole("button", { name: "Every replica" });
      await button.click();
      await paths.nth(200).waitFor({ state: "attached" });
      assert.equal(await paths.count(), 201);
      assert.equal(await page.getByText("loading").count(), 0);
      assert.deepEqual(await violations(page), []);
      await button.click();
      assert.equal(await paths.count(), 1);
    });
    assertQuiet(log);
  },
);
