import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertQuiet, withPage } from "../support/browser.ts";
import { violations } from "./axe.ts";
import { browserTest } from "./site.ts";

const STUDY = "studies/computational-graph";

/** What is lit now: texts of formula parts, names of figure parts. */
const lit = (page: Page) =>
  page.locator("[data-lit]").evaluateAll((elements) =>
    elements.map((element) =>
      element.getAttribute("data-symbol") ??
        element.textContent!.replaceAll("\u200b", "")
    )
  );

browserTest(
  "a symbol under the pointer lights up in formulas and in the figure",
  async (_, { url }) => {
    const log = await withPage({ url: url + STUDY }, async (page) => {
      await page.locator("#graph[data-ready=true]").waitFor();
      const letter = page.locator("#nodes .katex-html .mathnormal")
        .filter({ hasText: /^v$/ }).first();
      await letter.hover();
      const all = await lit(page);
      assert.ok(all.filter((text) => text === "v").length > 5);
      assert.ok(all.filter((text) => text === "1").length > 5);
      assert.ok(!all.includes("2"), "v₂ stays dark");
      assert.ok(all.includes("v1"), "the node in the figure");
      // In a numerator, which KaTeX covers with the row below it.
      await page.locator("#exponential .katex-html .mathnormal")
        .filter({ hasText: /^z$/ }).first().hover();
      assert.deepEqual([...new Set(await lit(page))], ["z"]);
      await page.locator("h1").hover();
      await page.locator(".graph [data-symbol=z]").hover();
      assert.deepEqual(
        [...new Set(await lit(page))].sort(),
        ["z"],
      );
      await page.locator("h1").hover();
      assert.deepEqual(await lit(page), []);
    });
    assertQuiet(log);
  },
);

browserTest(
  "arrow keys walk through the symbols of a formula and say how often each stands on the page",
  async (_, { url }) => {
    const log = await withPage(
      { url: url + STUDY, width: 390 },
      async (page) => {
        await page.locator("#graph[data-ready=true]").waitFor();
        const told = page.locator("main > article > p.meta [role=status]")
          .last();
        await page.locator("#squares .formula").focus();
        await page.keyboard.press("ArrowRight");
        const first = (await told.textContent())!;
        assert.match(first, /^v2: \d+ places$/);
        await page.keyboard.press("ArrowLeft");
        assert.notEqual(await told.textContent(), first);
        assert.ok((await lit(page)).length > 1);
        assert.deepEqual(await violations(page), []);
        await page.keyboard.press("Escape");
        assert.deepEqual(await lit(page), []);
        assert.ok(await page.locator("#squares math").count() > 0);
      },
    );
    assertQuiet(log);
  },
);

browserTest(
  "the lines of a study are checked again in the browser, with the code of that study alone",
  async (_, { url }) => {
    const log = await withPage({ url: url + STUDY }, async (page) => {
      const asked: string[] = [];
      const button = page.getByRole("button", { name: /^Check again/ });
      await button.waitFor();
      page.on("request", (request) => asked.push(request.url()));
      await button.click();
      const status = page.locator(".check-again [role=status]");
      await page.waitForFunction(() =>
        document.querySelector(".check-again [role=status]")!.textContent!
          .includes("hold")
      );
      const words = (await status.textContent())!;
      const [, held, count, seed] = /^(\d+) of (\d+) lines hold with seed (\d+)/
        .exec(words)!;
      assert.equal(held, count);
      assert.equal(
        await page.locator(".again.good", { hasText: `here, seed ${seed}` })
          .count(),
        Number(count),
      );
      const ofStudies = asked.filter((address) => /study-/.test(address));
      assert.equal(ofStudies.length, 1, `${asked}`);
      assert.equal(await page.locator("#rule .again").count(), 0, "prose");
    });
    assertQuiet(log);
  },
);

browserTest(
  "the name of a kernel leads to its text",
  async (_, { url }) => {
    const log = await withPage(
      { url: `${url}studies/shared-weight-gradient`, width: 390 },
      async (page) => {
        await page.getByRole("link", { name: "relu.wgsl" }).first().click();
        await page.getByRole("heading", { name: "shaders/relu.wgsl" })
          .waitFor();
        assert.match(
          (await page.locator(".wgsl").textContent())!,
          /fn activate/,
        );
        assert.ok(await page.locator(".wgsl-keyword").count() > 0);
        assert.deepEqual(await violations(page), []);
      },
    );
    assertQuiet(log);
  },
);
