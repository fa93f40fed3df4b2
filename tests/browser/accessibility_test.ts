import assert from "node:assert/strict";
import { assertQuiet, withPage } from "../support/browser.ts";
import { SEEDED, seedStore } from "../support/seed_store.ts";
import { violations } from "./axe.ts";
import { browserTest } from "./site.ts";

const PATHS = [
  "",
  "studies/backprop-mlp",
  "studies/receptive-field",
  "studies/universal-approximation?rate=0",
  "runs",
  `runs/${SEEDED.parity}`,
  `runs/${SEEDED.failed}`,
  `runs/${SEEDED.interrupted}`,
  `runs/${SEEDED.hostile}`,
];

// Colours and layout do not depend on each other: each is seen once.
for (const [colorScheme, width] of [["light", 1280], ["dark", 390]] as const) {
  browserTest(
    `pages are accessible, quiet and fit at ${width} px, ${colorScheme}`,
    async (folder, { url }) => {
      seedStore(folder);
      const log = await withPage(
        { url, width, colorScheme },
        async (page) => {
          for (const path of PATHS) {
            await page.goto(url + path, { waitUntil: "networkidle" });
            assert.deepEqual(await violations(page), [], path);
            const wider = await page.evaluate(() =>
              document.documentElement.scrollWidth - innerWidth
            );
            assert.ok(
              wider <= 0,
              `${path || "index"} is ${wider} px too wide`,
            );
          }
        },
      );
      assertQuiet(log);
    },
  );
}

browserTest(
  "the page of an unknown address is accessible",
  async (_, { url }) => {
    await withPage({ url: url + "nothing" }, async (page) => {
      assert.deepEqual(await violations(page), []);
      assert.equal(await page.title(), "Not found · Nabla");
    });
  },
);

browserTest("a study is read without a script", async (folder, { url }) => {
  seedStore(folder);
  await withPage({ url }, async (page) => {
    const context = await page.context().browser()!.newContext({
      javaScriptEnabled: false,
    });
    const plain = await context.newPage();
    await plain.goto(url + "studies/backprop-mlp");
    assert.ok(await plain.locator(".chart-svg svg path").count() > 0);
    assert.ok(await plain.locator(".katex-html").count() > 20);
    assert.equal(await plain.locator(".tools").first().isVisible(), false);
  });
});
