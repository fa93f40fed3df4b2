import assert from "node:assert/strict";
import { guard } from "../../scripts/serve/guard.ts";
import { assertQuiet, withPage } from "../support/browser.ts";
import { testWith } from "../support/permissions.ts";
import { buildFixture } from "./support.ts";

declare global {
  var parsed: Element | null | undefined;
}

const NEEDS = { read: true, write: true, run: true, net: true, env: true };

/** Serves the fixture behind the guard, so that its policy holds too. */
async function serveFixture(use: (origin: string) => Promise<void>) {
  const hostname = "127.0.0.1";
  const handler = await buildFixture();
  const server = Deno.serve(
    { port: 0, hostname, onListen: () => {} },
    (req, info) => guarded(req, info),
  );
  const guarded = guard(handler, { port: server.addr.port, hostname });
  try {
    await use(`http://${hostname}:${server.addr.port}`);
  } finally {
    await server.shutdown();
  }
}

testWith(
  NEEDS,
  "islands start, count clicks and stay in their place",
  () =>
    serveFixture(async (origin) => {
      const log = await withPage({ url: origin + "/runs" }, async (page) => {
        // The button as it was parsed, before any script ran.
        await page.addInitScript(() => {
          new MutationObserver(() => {
            const button = document.querySelector("button");
            Object.assign(globalThis, { parsed: globalThis.parsed ?? button });
          }).observe(document, { childList: true, subtree: true });
        });
        await page.goto(origin + "/");
        const first = page.locator("main > p button");
        await first.click();
        await first.click();
        const kept = await first.evaluate((now) => now === globalThis.parsed);
        assert.ok(kept, "the server's button was replaced");
        assert.equal(await first.textContent(), "Count: 5");
        assert.equal(await first.getAttribute("data-note"), "</script><!--$&");
        assert.equal(
          await page.locator("main > p").first().textContent(),
          "Before Count: 5 after",
        );

        await page.locator("main > button").click();
        await page.locator("h2").click();
        assert.deepEqual(
          (await page.locator("main > *").allTextContents()).slice(1),
          ["Panel", "Count: 11", "Ready", "Extra", "Late", "After"],
        );
        await page.locator("h2").click();
        assert.equal(await page.locator("p.extra").count(), 0);
      });
      assertQuiet(log);
    }),
);

testWith(
  NEEDS,
  "an island replaces what the server drew and imports on demand",
  () =>
    serveFixture(async (origin) => {
      const log = await withPage({ url: origin + "/drawn" }, async (page) => {
        // A key named __proto__ must not become the prototype.
        const drawn = page.locator("output");
        assert.equal(await drawn.textContent(), "undefined NaN -Infinity 12");
        assert.equal(await page.locator(".waiting").count(), 0);

        const scripts: string[] = [];
        page.on("request", (request) => scripts.push(request.url()));
        await page.locator("button:text('not loaded')").click();
        await page.locator("button:text('loaded on demand')").waitFor();
        assert.equal(scripts.length, 1);
      });
      assertQuiet(log);
    }),
);
