import assert from "node:assert/strict";
import { assertQuiet, withPage } from "../support/browser.ts";
import { violations } from "./axe.ts";
import { browserTest } from "./site.ts";

const READY = '#relu-network[data-ready="true"]';

browserTest(
  "sliders bend a ReLU network, and its address brings it back",
  async (_, { url }) => {
    const address = `${url}studies/relu-networks`;
    const log = await withPage({ url: address }, async (page) => {
      const caption = page.locator("#relu-network figcaption");
      await page.locator(READY).waitFor();
      await page.getByLabel("Layers l").focus();
      await page.keyboard.press("ArrowUp");
      assert.match((await caption.textContent())!, /has 15 kinks/);
      assert.equal(await page.locator("#relu-network circle").count(), 15);

      // Units that are silent leave a line.
      for (const unit of [1, 2, 3]) {
        await page.getByLabel(`output, weight of unit ${unit} below`).fill("0");
      }
      assert.match((await caption.textContent())!, /has 0 kinks;/);
      await page.getByLabel("output, weight of unit 1 below").focus();
      await page.keyboard.press("ArrowRight");
      assert.match((await caption.textContent())!, /has [1-9]\d* kinks/);
      await page.waitForURL(/layers=3.*v1=0\.25/);
      const words = await caption.textContent();
      await page.reload();
      assert.equal(await caption.textContent(), words);

      await page.locator(READY).waitFor();
      await page.getByRole("link", { name: "|x|", exact: true }).click();
      assert.match((await caption.textContent())!, /1 kink, at x = 0;/);
      await page.waitForURL(/width=2/);
      assert.equal(await page.getByLabel(/below/).count(), 2);
    });
    assertQuiet(log);
  },
);

browserTest(
  "the page of relu-networks is accessible and fits, its answers open or not",
  async (_, { url }) => {
    const address = `${url}studies/relu-networks?layers=4&w11=99`;
    const views = [
      { width: 1280, colorScheme: "light", open: false },
      { width: 390, colorScheme: "dark", open: true },
    ] as const;
    for (const { open, ...view } of views) {
      const log = await withPage({ url: address, ...view }, async (page) => {
        await page.locator(READY).waitFor();
        const line = page.locator("#at-most-k");
        assert.equal(await line.isVisible(), false);
        if (open) {
          await page.evaluate(() =>
            document.querySelectorAll<HTMLDetailsElement>("details.prediction")
              .forEach((details) => details.open = true)
          );
          assert.ok(await line.isVisible());
        }
        assert.deepEqual(await violations(page), []);
        const wider = await page.evaluate(() =>
          document.documentElement.scrollWidth - innerWidth
        );
        assert.ok(wider <= 0, `${wider} px too wide at ${view.width} px`);
      });
      assertQuiet(log);
    }
    // A link to a hidden line opens what hides it.
    await withPage(
      { url: `${url}studies/relu-networks#attained` },
      (page) => page.locator("#attained").waitFor({ state: "visible" }),
    );
  },
);

browserTest(
  "without a script, answers open and the form draws the network that it says",
  async (_, { url }) => {
    await withPage({ url }, async (page) => {
      const context = await page.context().browser()!.newContext({
        javaScriptEnabled: false,
      });
      const plain = await context.newPage();
      await plain.goto(`${url}studies/relu-networks`);
      const question = plain.getByText("what is the largest number of kinks?");
      await question.click();
      assert.ok(await plain.getByText("each unit has one").isVisible());
      await plain.getByLabel("Layers l").fill("4");
      await plain.locator("#relu-network").getByRole("button").click();
      assert.match(
        (await plain.locator("#relu-network figcaption").textContent())!,
        /has 63 kinks/,
      );
    });
  },
);
