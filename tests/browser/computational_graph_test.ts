import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertQuiet, withPage } from "../support/browser.ts";
import { violations } from "./axe.ts";
import { browserTest } from "./site.ts";

const STUDY = "studies/computational-graph";

const told = (page: Page) => page.locator("#graph [role=status]").textContent();
const search = (page: Page) => page.evaluate(() => location.search);

async function withGraph(
  url: string,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const log = await withPage({ url: url + STUDY, width: 390 }, async (page) => {
    await page.locator("#graph[data-ready=true]").waitFor();
    await use(page);
  });
  assertQuiet(log);
}

browserTest(
  "keys walk through both sweeps of a graph, and the URL brings the step back",
  (_, { url }) =>
    withGraph(url, async (page) => {
      assert.equal(await page.locator("#graph button[type=submit]").count(), 0);
      await page.getByRole("slider", { name: "Step" }).focus();
      await page.keyboard.press("Home");
      assert.equal(await told(page), "Inputs: a = 2, b = 3.");
      for (let i = 0; i < 12; i++) await page.keyboard.press("ArrowRight");
      assert.match((await told(page))!, /^Backward through v₄: /);
      await page.waitForFunction(() => location.search === "?step=12");
      await page.reload();
      assert.match((await told(page))!, /^Backward through v₄: /);
      await page.getByRole("button", { name: "Forward" }).click();
      assert.match((await told(page))!, /^Backward through v₃: /);
    }),
);

browserTest(
  "a reader changes values and types another expression; errors stand at the character",
  (_, { url }) =>
    withGraph(url, async (page) => {
      const result = page.locator("#graph figcaption p").first();
      await page.getByLabel("a =").fill("0");
      assert.match((await result.textContent())!, /∂z\/∂a = 0,/);
      const field = page.getByLabel("Expression");
      await field.fill("w*a+");
      assert.equal(await field.getAttribute("aria-invalid"), "true");
      assert.match(
        (await page.locator("#problem-f").textContent())!,
        /it ends too early, have "w\*a\+"/,
      );
      assert.match(
        (await result.textContent())!,
        /∂z\/∂b/,
        "the last good one",
      );
      await field.fill("w*a+c");
      await page.getByLabel("w =").fill("4,5");
      assert.equal(await field.getAttribute("aria-invalid"), null);
      assert.equal(
        await result.textContent(),
        "Result: z = 1, ∂z/∂a = 4.5, ∂z/∂c = 1, ∂z/∂w = 0.",
      );
      await page.getByLabel("w =").fill("x");
      assert.match(
        (await page.locator("#problem-at").textContent())!,
        /number 3 must be from/,
      );
      assert.equal(
        await page.getByLabel("w =").getAttribute("aria-invalid"),
        "true",
      );
      assert.equal(
        await page.getByLabel("a =").getAttribute("aria-invalid"),
        null,
      );
      await page.waitForFunction(() => location.search.includes("4.5"));
      assert.equal(await search(page), "?f=w*a%2Bc&at=0%2C1%2C4.5");
      await page.evaluate(() => location.hash = "#walk");
      await field.fill("w*a");
      await page.waitForFunction(() => !location.search.includes("c"));
      await page.goBack();
      assert.equal(await field.inputValue(), "w*a+c");
    }),
);

browserTest(
  "the graph is accessible and fits at 390 px, with errors and far expressions",
  (_, { url }) =>
    withGraph(url, async (page) => {
      const wide =
        "?f=(sigmoid(w*x%2Bb)-t)^2*log(1%2Bexp(w))*sin(x*b)/t&step=9";
      for (const query of ["?f=a%2B)&at=1,x&step=x", wide]) {
        await page.goto(url + STUDY + query, { waitUntil: "networkidle" });
        assert.deepEqual(await violations(page), [], query);
        const wider = await page.evaluate(() =>
          document.documentElement.scrollWidth - innerWidth
        );
        assert.ok(wider <= 0, `${query} is ${wider} px too wide`);
      }
    }),
);

browserTest(
  "a graph is drawn and changed without a script",
  async (_, { url }) => {
    await withPage({ url }, async (page) => {
      const context = await page.context().browser()!.newContext({
        javaScriptEnabled: false,
      });
      const plain = await context.newPage();
      await plain.goto(`${url}${STUDY}?step=3`);
      assert.match((await told(plain))!, /^Forward: v₃ = b²/);
      await plain.getByLabel("Expression").fill("a*b");
      await plain.getByLabel("a =").fill("7");
      await plain.getByRole("button", { name: "Draw" }).click();
      assert.match(
        (await plain.locator("#graph figcaption p").first().textContent())!,
        /z = 21, ∂z\/∂a = 3, ∂z\/∂b = 7\./,
      );
    });
  },
);
