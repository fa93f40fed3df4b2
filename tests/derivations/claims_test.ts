/** Claims of the pages name expectations that their experiments have. */
import assert from "node:assert/strict";
import { linesOf, studies } from "../../lib/derivations/mod.ts";
import type { Experiment } from "../../lib/train/experiment.ts";

for (const { id, claims = [], sections, ...rest } of studies) {
  if (claims.length === 0) continue;
  Deno.test(`${id}: every claim rests on expectations of the experiment`, async () => {
    const file = `${id.replaceAll("-", "_")}.ts`;
    const { default: experiment } = await import(
      `../../scripts/experiments/${file}`
    ) as { default: Experiment };
    const names = experiment.expect.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, "names repeat");
    for (const { sentence, by } of claims) {
      assert.ok(by.length > 0, sentence);
      for (const name of by) assert.ok(names.includes(name), name);
    }
    assert.ok(linesOf({ id, sections, ...rest }).length > 0);
  });
}
