import assert from "node:assert/strict";
import { assertQuiet, withPage } from "../support/browser.ts";
import { violations } from "./axe.ts";
import { browserTest } from "./site.ts";

const READY = '#parameter-line[data-ready="true"]';

browserTest(
  "a chord moves along a line of parameters, and its address brings it back",
  async (_, { url }) => {
    const address = `${url}studies/parameter-landscape`;
    const log = await withPage({ url: address }, async (page) => {
      const caption = page.locator("#parameter-line figcaption");
      await page.locator(READY).waitFor();
      await page.getByRole("link", { name: "a chord below" }).click();
      assert.match((await caption.textContent())!, /below the graph/);
      await page.getByLabel("Chord from").focus();
      await page.keyboard.press("Home");
      assert.match((await caption.textContent())!, /chord from t = −4 to/);
      await page.getByRole("combobox").selectOption("random");
      await page.getByLabel("Random: seed").fill("7");
      await page.getByLabel("width").fill("8");
      await page.waitForURL(/line=random.*seed=7.*width=8/);
      const words = await caption.textContent();
      assert.match(words!, /neither convex nor concave in t; [3-8] kinks/);
      await page.reload();
      assert.equal(await caption.textContent(), words);
    });
    assertQuiet(log);
  },
);

browserTest(
  "the page of parameter-landscape is accessible and fits",
  async (_, { url }) => {
    const address =
      `${url}studies/parameter-landscape?line=product&x=9&seed=0.5#saddle`;
    const log = await withPage(
      { url: address, width: 390, colorScheme: "dark" },
      async (page) => {
        await page.locator(READY).waitFor();
        assert.ok(await page.locator("#saddle").isVisible());
        assert.equal(await page.locator(".problem").count(), 2);
        assert.deepEqual(await violations(page), []);
        const wider = await page.evaluate(() =>
          document.documentElement.scrollWidth - innerWidth
        );
        assert.ok(wider <= 0, `${wider} px too wide`);
      },
    );
    assertQuiet(log);
  },
);

browserTest(
  "without a script, the form draws the line that it says",
  async (_, { url }) => {
    await withPage({ url }, async (page) => {
      const context = await page.context().browser()!.newContext({
        javaScriptEnabled: false,
      });
      const plain = await context.newPage();
      await plain.goto(`${url}studies/parameter-landscape`);
      await plain.getByRole("combobox").selectOption("product");
      await plain.getByRole("button", { name: "Draw" }).click();
      assert.match(
        (await plain.locator("#parameter-line figcaption").textContent())!,
        /1 kink is shown/,
      );
    });
  },
);
