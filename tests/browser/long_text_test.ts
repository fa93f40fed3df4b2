import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openSqlite } from "../../lib/results/sqlite.ts";
import { withPage } from "../support/browser.ts";
import { PROVENANCE } from "../support/seed_provenance.ts";
import { browserTest } from "./site.ts";

/** A text that no space breaks. */
const LONG = "w".repeat(10_000);

const ID = "20261120-1300-torch-parity-long";

/** Every text of a document replaced by a long one. */
function lengthen(value: unknown): unknown {
  if (typeof value === "string") return LONG;
  if (Array.isArray(value)) return value.map(lengthen);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, lengthen(part)]),
  );
}

/** A run of a study with a page whose every text is long, and a row that cannot be read. */
function storeLongTexts(folder: string): void {
  using store = openSqlite(folder, { mode: "write" });
  const study = "torch-parity";
  const { kernels, plans, ...others } = PROVENANCE;
  const values = {
    [LONG]: 1,
    text: LONG,
    list: [LONG, LONG],
    vector: Array.from({ length: 64 }, () => 1e-300),
    records: [{ [LONG]: LONG, b: LONG }],
  };
  store.createRun({
    ...{ id: ID, study, seed: 0, preset: "quick", status: "failed" },
    ...{ name: LONG, notes: LONG, error: LONG, config: values },
    results: values,
    provenance: {
      ...lengthen(others) as typeof others,
      kernels: lengthen(kernels) as typeof kernels,
      plans: plans.map((plan) => ({
        ...plan,
        name: LONG,
        layers: plan.layers.map((layer) => ({ ...layer, label: LONG })),
        largest: { ...plan.largest, label: LONG },
      })),
    },
    expectations: [
      { name: LONG, holds: true, measured: LONG, expected: LONG },
    ],
  });
  store.appendMetrics(
    ID,
    ["a", "b.c", "mlp.loss"].flatMap((series) =>
      [1, 2, 3].map((step) => ({ step, series, replica: 0, value: 1 / step }))
    ),
  );
  store.createRun({
    ...{ study, seed: 0, preset: "quick", id: `${ID}-unreadable` },
    ...{ config: {}, provenance: PROVENANCE },
  });
  using database = new DatabaseSync(store.path);
  database.exec(`
    UPDATE series SET name = '${LONG}' WHERE name = 'a';
    UPDATE series SET name = '${LONG}.${LONG}' WHERE name = 'b.c';
    UPDATE runs SET status = '${LONG}' WHERE id = '${ID}-unreadable';
  `);
}

for (const width of [1280, 390]) {
  browserTest(
    `no text, however long, makes a page wider than a window of ${width} px`,
    async (folder, { url }) => {
      storeLongTexts(folder);
      await withPage({ url, width }, async (page) => {
        const segment = "w".repeat(3000);
        for (
          const path of [
            ...["", "runs", `runs/${ID}`, `studies/torch-parity?run=${ID}`],
            ...[`runs?study=${segment}`, `runs/${segment}`, segment],
            `runs/${ID}-unreadable`,
          ]
        ) {
          await page.goto(url + path);
          await page.locator(".chart[data-ready='false']").first()
            .waitFor({ state: "detached" });
          const wide = await page.evaluate(() =>
            document.documentElement.scrollWidth - innerWidth
          );
          assert.ok(wide <= 0, `/${path.slice(0, 40)} is ${wide} px too wide`);
        }
      });
    },
  );
}
