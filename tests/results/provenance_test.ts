import assert from "node:assert/strict";
import { collectProvenance } from "../../lib/results/provenance.ts";
import { Provenance } from "../../lib/results/schemas.ts";
import { toJson } from "../../lib/results/special.ts";
import { testWith } from "../support/permissions.ts";
import { PROVENANCE } from "./support.ts";

Deno.test("collectProvenance() gives a valid record without any permission", () => {
  const { adapter, data } = PROVENANCE;
  const command = ["deno", "test"];
  const found = collectProvenance({ command, adapter, data });
  assert.deepEqual(Provenance.parse(toJson(found)), found);
  assert.deepEqual([found.command, found.adapter], [command, adapter]);
  assert.equal(found.versions.deno, Deno.version.deno);
});

testWith(
  { run: true },
  "collectProvenance() names the commit where git can tell",
  () => {
    const { success } = new Deno.Command("git", {
      args: ["-C", import.meta.dirname!, "rev-parse", "HEAD"],
      stdout: "null",
      stderr: "null",
    }).outputSync();
    const { revision, dirty } = collectProvenance({ command: [] });
    assert.equal(revision !== null, success);
    assert.match(revision ?? "0".repeat(40), /^[0-9a-f]{40,64}$/);
    assert.equal(typeof dirty, success ? "boolean" : "object");
  },
);
