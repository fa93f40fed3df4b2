import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { NablaError } from "../../lib/core/errors.ts";
import { standalonePage } from "../../scripts/export/page.ts";
import { assertQuiet, withPage } from "../support/browser.ts";
import { testWith } from "../support/permissions.ts";
import { SEEDED, seedStore } from "../support/seed_store.ts";
import { withDataFolder } from "../support/site.ts";

const NEEDS = { read: true, write: true, env: true, run: true };

testWith(
  NEEDS,
  "an exported page is whole without a site, a script or a network",
  () =>
    withDataFolder(async (folder) => {
      seedStore(folder);
      const html = await standalonePage(
        `/studies/backprop-mlp?run=${SEEDED.completed}`,
      );
      const elsewhere = /<script|(?:src|href)="\/|url\((?!data:|["']?#)/g;
      assert.deepEqual(html.match(elsewhere), null);
      const file = `${folder}/page.html`;
      await Deno.writeTextFile(file, html);
      const url = pathToFileURL(file).href;
      const log = await withPage({ url }, async (page) => {
        assert.ok(await page.getByText(SEEDED.completed).first().isVisible());
        assert.ok(
          await page.locator("svg[class^='plot'], .chart svg").count() > 0,
        );
        assert.ok(await page.locator(".legend").first().isVisible());
        const fonts = await page.evaluate(async () => {
          await document.fonts.ready;
          return [...document.fonts].filter(({ status }) => status === "loaded")
            .map(({ family }) => family);
        });
        assert.ok(fonts.includes("KaTeX_Math"), `${fonts}`);
        assert.equal(
          await page.locator(".tools:visible, nav:visible").count(),
          0,
        );
      });
      // The file itself is not on the machine's web address.
      assertQuiet({
        ...log,
        outside: log.outside.filter((one) => !one.includes(url)),
      });
      const figure = await standalonePage("/studies/receptive-field");
      const inputs = figure.match(/<input[^>]*>/g)!;
      assert.ok(inputs.length > 0);
      assert.ok(inputs.every((input) => / disabled/.test(input)), `${inputs}`);
      await assert.rejects(standalonePage("/studies/none"), NablaError);
    }),
);
