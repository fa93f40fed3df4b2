import assert from "node:assert/strict";
import { assertQuiet, withPage } from "../support/browser.ts";
import { browserTest } from "./site.ts";

browserTest(
  "the receptive field follows keys, clicks and the address",
  async (_, { url }) => {
    const address = `${url}studies/receptive-field`;
    const log = await withPage({ url: address }, async (page) => {
      const caption = page.locator(".interactive figcaption");
      await page.locator('.interactive[data-ready="true"]').waitFor();
      await page.getByLabel(/^row/).focus();
      await page.keyboard.press("Home");
      await page.getByLabel(/^column/).focus();
      await page.keyboard.press("End");
      assert.match(
        (await caption.textContent())!,
        /^Unit \(0, 55\) .* rows 0 to 9 and columns 214 to 223/,
      );
      await page.waitForURL(/i=0.*j=55/);
      await page.reload();
      assert.match((await caption.textContent())!, /^Unit \(0, 55\)/);

      await page.locator('.interactive[data-ready="true"]').waitFor();
      await page.locator(".field-panels .units").click();
      assert.match((await caption.textContent())!, /^Unit \(2[78], 2[78]\)/);

      const layers = page.getByLabel("layers");
      await layers.fill("conv3 pol2");
      const problem = page.locator(".interactive .problem");
      assert.match((await problem.textContent())!, /one is pol2/);
      assert.equal(await layers.getAttribute("aria-invalid"), "true");
    });
    assertQuiet(log);
  },
);
