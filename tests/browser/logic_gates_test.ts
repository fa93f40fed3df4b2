import assert from "node:assert/strict";
import { assertQuiet, withPage } from "../support/browser.ts";
import { violations } from "./axe.ts";
import { browserTest } from "./site.ts";

browserTest(
  "gates are mapped and truth tables built by keys, clicks and the address",
  async (_, { url }) => {
    const address = `${url}studies/logic-gates`;
    const log = await withPage({ url: address }, async (page) => {
      const map = page.locator("#decision-map");
      await page.locator('#decision-map[data-ready="true"]').waitFor();
      await map.getByLabel("Gate").selectOption("xor");
      await map.getByLabel("x₁").focus();
      await page.keyboard.press("End");
      assert.match(
        (await map.locator("figcaption").textContent())!,
        /^f\(2\.5, 1\.5\) = 0 is not positive/,
      );
      const drawing = map.locator("svg");
      const { width, height } = (await drawing.boundingBox())!;
      const position = { x: 0.8 * width, y: 0.75 * height };
      await drawing.click({ position });
      assert.match(
        (await map.locator("figcaption").textContent())!,
        /^f\(1[.\d]*, −1[.\d]*\) = 1[.\d]* is positive/,
      );

      const truth = page.locator("#truth-table");
      await truth.getByRole("button", { name: "Output for 1 1: 0" }).focus();
      await page.keyboard.press("Enter");
      assert.equal(await truth.getByLabel("Outputs").inputValue(), "0111");
      assert.match(
        (await truth.locator("figcaption").textContent())!,
        /At x₁ = 1, x₂ = 1 the output is 1\.$/,
      );
      await truth.getByLabel("Show inputs 1 1").focus();
      await page.keyboard.press("ArrowUp");
      await page.waitForURL(/gate=xor.*table=0111/);
      const words = await truth.locator("figcaption").textContent();
      await page.reload();
      assert.equal(await truth.locator("figcaption").textContent(), words);
      assert.match(
        (await map.locator("figcaption").textContent())!,
        /is positive/,
      );
    });
    assertQuiet(log);
  },
);

browserTest(
  "the page of logic-gates is accessible and fits, with problems shown",
  async (_, { url }) => {
    const address = `${url}studies/logic-gates?gate=no&table=01101001&row=9`;
    const views = [
      { width: 1280, colorScheme: "dark" },
      { width: 390, colorScheme: "light" },
    ] as const;
    for (const view of views) {
      const log = await withPage({ url: address, ...view }, async (page) => {
        await page.locator('#truth-table[data-ready="true"]').waitFor();
        assert.equal(await page.locator(".problem").count(), 2);
        assert.deepEqual(await violations(page), []);
        const wider = await page.evaluate(() =>
          document.documentElement.scrollWidth - innerWidth
        );
        assert.ok(wider <= 0, `${wider} px too wide at ${view.width} px`);
      });
      assertQuiet(log);
    }
  },
);

browserTest(
  "without a script, the forms turn outputs and change gates",
  async (_, { url }) => {
    await withPage({ url }, async (page) => {
      const context = await page.context().browser()!.newContext({
        javaScriptEnabled: false,
      });
      const plain = await context.newPage();
      await plain.goto(`${url}studies/logic-gates`);
      const truth = plain.locator("#truth-table");
      await truth.getByLabel("Outputs").fill("0111");
      await truth.getByLabel("Show inputs 1 1").check();
      await truth.getByRole("button", { name: "Draw" }).click();
      assert.match(
        (await truth.locator("figcaption").textContent())!,
        /At x₁ = 1, x₂ = 1 the output is 1\.$/,
      );
      const map = plain.locator("#decision-map");
      await map.getByLabel("Gate").selectOption("and");
      await map.getByRole("button", { name: "Draw" }).click();
      assert.match(plain.url(), /table=0111/);
      assert.match(
        (await map.locator("figcaption").textContent())!,
        /x₁ > 0 and x₂ > 0/,
      );
    });
  },
);
