import assert from "node:assert/strict";
import { studies } from "../../lib/studies/mod.ts";
import { openShipped } from "../../lib/results/shipped/reader.ts";
import { assertQuiet, withPage } from "../support/browser.ts";
import { browserTest } from "./site.ts";

browserTest(
  "a fresh data folder shows every figure of a shipped run, alive",
  async (_, { url }) => {
    const [run] = await openShipped().runs({ study: "momentum-forms" });
    assert.ok(run, "momentum-forms is shipped");
    const { figures } = studies.find(({ id }) => id === run.study)!;
    const log = await withPage(
      { url: `${url}studies/${run.study}` },
      async (page) => {
        await page.locator(".chart[data-ready=true]").nth(figures.length - 1)
          .waitFor();
        assert.equal(await page.locator(".chart").count(), figures.length);
        for (const { id } of figures) {
          const lines = page.locator(`#${id} .chart-svg [aria-label=line]`);
          assert.ok(await lines.count() > 0, id);
        }
        const notice = page.getByRole("note").first();
        assert.match((await notice.textContent())!, /came with Nabla/);
        assert.equal(await page.getByText("Not checked yet").count(), 0);
      },
    );
    assertQuiet(log);
  },
  { shipped: true },
);
