import assert from "node:assert/strict";
import { collectProvenance } from "../../lib/results/provenance.ts";
import { Provenance } from "../../lib/results/schemas.ts";
import { toJson } from "../../lib/results/special.ts";
import { PROVENANCE } from "./support.ts";

Deno.test("collectProvenance() gives a valid record without any permission", () => {
  const { adapter, data } = PROVENANCE;
  const command = ["deno", "test"];
  const found = collectProvenance({ command, adapter, data });
  assert.deepEqual(Provenance.parse(toJson(found)), found);
  assert.deepEqual([found.command, found.adapter], [command, adapter]);
  assert.equal(found.versions.deno, Deno.version.deno);
});

Deno.test("collectProvenance() passes on what git said, and nothing where nobody asked", () => {
  const source = { revision: "0".repeat(40), dirty: true };
  const told = collectProvenance({ command: [], source });
  assert.deepEqual([told.revision, told.dirty], [source.revision, true]);
  const { revision, dirty } = collectProvenance({ command: [] });
  assert.deepEqual([revision, dirty], [null, null]);
});
