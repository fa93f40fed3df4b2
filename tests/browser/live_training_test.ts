import assert from "node:assert/strict";
import { assertQuiet, withPage } from "../support/browser.ts";
import { browserTest } from "./site.ts";

/** Chromium's own software adapter. */
const WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

browserTest(
  "a network is trained in the browser, and rewinding leads to the same again",
  async (_, { url }) => {
    const address = `${url}studies/universal-approximation?units=8&seed=3`;
    const log = await withPage({ url: address, args: WEBGPU }, async (page) => {
      const figure = page.locator("#live-training");
      const caption = figure.locator("figcaption");
      const button = (name: string) =>
        figure.getByRole("button", { name, exact: true });
      const after = async (updates: string) => {
        await caption.getByText(`After ${updates} updates`).waitFor();
        return await caption.textContent();
      };
      await page.locator('#live-training[data-ready="true"]').waitFor();
      await button("100 steps").click();
      const first = await after("100");
      assert.match(first!, /mean squared error is 0\.\d+ on 201 points/);
      assert.match(first!, /computed on google swiftshader/);
      await button("100 steps").click();
      assert.notEqual(await after("200"), first);
      await button("Rewind").click();
      await after("0");
      await button("100 steps").click();
      assert.equal(await after("100"), first);

      await button("Play").click();
      await button("Pause").click();
      await button("1 step").waitFor();
      await page.getByLabel("learning rate").fill("10");
      await caption.getByText("Play trains").waitFor();
      await button("100 steps").click();
      await caption.getByText(/the loss is (NaN|Infinity)/).waitFor();
    });
    const { console, ...rest } = log;
    // Chromium warns of its own switch.
    const own = console.filter((line) => !/powerPreference|WebGPU/.test(line));
    assertQuiet({ ...rest, console: own });
  },
);

browserTest(
  "without WebGPU the page says so and trains nothing",
  async (_, { url }) => {
    const address = `${url}studies/universal-approximation`;
    const log = await withPage({ url: address }, async (page) => {
      await page.evaluate(() => "gpu" in navigator).then((able) => {
        if (!able) return;
        return page.addInitScript(() => {
          delete (Navigator.prototype as { gpu?: unknown }).gpu;
        }).then(() => page.reload());
      });
      const figure = page.locator("#live-training");
      await figure.getByText("This browser has no WebGPU").waitFor();
      const play = figure.getByRole("button", { name: "Play" });
      assert.ok(await play.isDisabled());
    });
    assertQuiet(log);
  },
);
