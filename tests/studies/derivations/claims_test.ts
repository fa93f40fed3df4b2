/** Claims of the pages name expectations that their experiments have. */
import assert from "node:assert/strict";
import { linesOf, studies } from "../../../lib/studies/mod.ts";
import type { Experiment } from "../../../lib/train/experiment.ts";

for (const { id, claims = [], sections } of studies) {
  if (claims.length === 0) continue;
  Deno.test(`${id}: every claim rests on expectations of the experiment`, async () => {
    const folder = id.replaceAll("-", "_");
    const { default: experiment } = await import(
      `../../../lib/studies/${folder}/experiment.ts`
    ) as { default: Experiment };
    const names = experiment.expect.map(({ name }) => name);
    assert.equal(new Set(names).size, names.length, "names repeat");
    for (const { sentence, by } of claims) {
      assert.ok(by.length > 0, sentence);
      for (const name of by) assert.ok(names.includes(name), name);
    }
    assert.ok(linesOf({ sections }).length > 0);
  });
}
