import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { assertQuiet, withPage } from "../support/browser.ts";
import { SEEDED, seedStore } from "../support/seed_store.ts";
import { browserTest } from "./site.ts";

const CHART = ".chart[data-ready=true] >> nth=0";

/** Runs `use` on the first chart of the parity run, once it is alive. */
async function withChart(
  folder: string,
  url: string,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  seedStore(folder);
  const log = await withPage(
    { url: `${url}runs/${SEEDED.parity}` },
    async (page) => {
      await page.locator(CHART).waitFor();
      await use(page);
    },
  );
  assertQuiet(log);
}

/** Labels of the x axis. */
const ticks = (page: Page) =>
  page.locator(`${CHART} >> [aria-label="x-axis tick label"] text`)
    .allTextContents();

const curves = (page: Page) =>
  page.locator(`${CHART} >> .chart-svg [aria-label="line"]`).count();

browserTest(
  "a legend entry switches its curve off and on",
  (folder, { url }) =>
    withChart(folder, url, async (page) => {
      const entry = page.locator(`${CHART} >> .legend button`).first();
      assert.equal(await curves(page), 2);
      await entry.click();
      assert.equal(await entry.getAttribute("aria-pressed"), "false");
      assert.equal(await curves(page), 1);
      await entry.focus();
      await page.keyboard.press("Space");
      assert.equal(await entry.getAttribute("aria-pressed"), "true");
      assert.equal(await curves(page), 2);
    }),
);

browserTest(
  "keys zoom, move, read and reset a chart",
  (folder, { url }) =>
    withChart(folder, url, async (page) => {
      const all = await ticks(page);
      await page.locator(`${CHART} >> .chart-box`).focus();
      await page.keyboard.press("+");
      await page.keyboard.press("+");
      const near = await ticks(page);
      assert.notDeepEqual(near, all);
      await page.keyboard.press("ArrowRight");
      const moved = await ticks(page);
      assert.notDeepEqual(moved, near);
      await page.keyboard.press("ArrowLeft");
      assert.deepEqual(await ticks(page), near);
      await page.keyboard.press("Shift+ArrowRight");
      await page.keyboard.press("Shift+ArrowRight");
      const spoken = await page.locator(`${CHART} >> [role=status]`)
        .textContent();
      assert.match(spoken!, /^step \d+, Nabla [\d.]+, PyTorch [\d.]+$/);
      await page.keyboard.press("-");
      assert.notDeepEqual(await ticks(page), near);
      await page.keyboard.press("0");
      assert.deepEqual(await ticks(page), all);
    }),
);

browserTest(
  "the mouse reads values, brushes a range and resets it",
  (folder, { url }) =>
    withChart(folder, url, async (page) => {
      const all = await ticks(page);
      const area = page.locator(`${CHART} >> .chart-box`);
      const box = (await area.boundingBox())!;
      const at = (x: number) =>
        [box.x + box.width * x, box.y + box.height / 2] as const;
      await page.mouse.move(...at(0.5));
      const tip = await page.locator(`${CHART} >> .tip`).textContent();
      assert.match(tip!, /^step \d+Nabla[\d.]+PyTorch[\d.]+$/);
      await page.mouse.down();
      await page.mouse.move(...at(0.6), { steps: 4 });
      assert.equal(await page.locator(`${CHART} >> .brush`).count(), 1);
      await page.mouse.up();
      const brushed = await ticks(page);
      assert.notDeepEqual(brushed, all);
      await page.mouse.dblclick(...at(0.5));
      assert.deepEqual(await ticks(page), all);
      await page.getByRole("button", { name: "Zoom in" }).first().click();
      assert.notDeepEqual(await ticks(page), all);
      await page.getByRole("button", { name: "Reset" }).first().click();
      assert.deepEqual(await ticks(page), all);
    }),
);

browserTest(
  "axes turn logarithmic and curves smooth",
  (folder, { url }) =>
    withChart(folder, url, async (page) => {
      const button = page.getByRole("button", { name: "Log x" }).first();
      await button.click();
      assert.equal(await button.getAttribute("aria-pressed"), "true");
      assert.deepEqual(await ticks(page), ["0", "1", "10", "100"]);
      assert.equal(await curves(page), 2);
      const slider = page.getByRole("slider", { name: "Smoothing" }).first();
      await slider.focus();
      await page.keyboard.press("End");
      assert.equal(await curves(page), 4);
    }),
);

browserTest(
  "the data of a chart is a table as well",
  (folder, { url }) =>
    withChart(folder, url, async (page) => {
      await page.locator(`${CHART} >> summary`).click();
      const rows = page.locator(`${CHART} >> .data-table tbody tr`);
      assert.ok(await rows.count() >= 20 && await rows.count() <= 60);
      assert.equal(await rows.first().locator("th").textContent(), "0");
    }),
);
