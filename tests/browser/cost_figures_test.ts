import assert from "node:assert/strict";
import { assertQuiet, withPage } from "../support/browser.ts";
import { browserTest } from "./site.ts";

browserTest(
  "the operation counter and the windows follow what is typed, and the address",
  async (_, { url }) => {
    const address = `${url}studies/backprop-cost?M=3`;
    const log = await withPage({ url: address }, async (page) => {
      const figure = page.locator(".interactive");
      await page.locator('.interactive[data-ready="true"]').waitFor();
      await page.getByLabel("widths, inputs to outputs").fill("2 4 4 1");
      assert.match(
        (await figure.locator("figcaption").textContent())!,
        /^A step on 3 examples takes 228 products/,
      );
      assert.equal(await figure.locator("tbody tr").count(), 4);
      await page.waitForURL(/widths=2-4-4-1&M=3/);

      await page.goto(`${url}studies/convolution-shapes?s=4#size`);
      await page.locator('.interactive[data-ready="true"]').waitFor();
      assert.equal(await figure.locator(".window").count(), 7);
      await page.getByLabel("stride s").fill("3");
      assert.equal(await figure.locator(".window").count(), 10);
      assert.equal(await figure.locator(".beyond").count(), 0);
      await page.getByLabel("kernel k").fill("17");
      const problem = figure.locator(".problem");
      assert.match((await problem.textContent())!, /from 1 to 16, have "17"/);
      await page.waitForURL(/s=3/);
    });
    assertQuiet(log);
  },
);
