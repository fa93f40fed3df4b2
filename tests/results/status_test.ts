import assert from "node:assert/strict";
import { checkRunId, newRunId } from "../../lib/results/run_id.ts";
import { effectiveStatus } from "../../lib/results/status.ts";

const heartbeatAt = "2026-11-21T06:15:00.000Z";
const beat = Date.parse(heartbeatAt);

Deno.test("effectiveStatus() calls a running run interrupted after 15 s of silence", () => {
  const run = { status: "running", heartbeatAt } as const;
  assert.equal(effectiveStatus(run, beat), "running");
  assert.equal(effectiveStatus(run, beat + 15_000), "running");
  assert.equal(effectiveStatus(run, beat + 15_001), "interrupted");
});

Deno.test("effectiveStatus() sees silence although the clock went back", () => {
  const run = { status: "running", heartbeatAt } as const;
  assert.equal(effectiveStatus(run, beat - 1000), "running");
  assert.equal(effectiveStatus(run, beat - 3_600_000), "interrupted");
});

Deno.test("effectiveStatus() leaves every ended run as it is", () => {
  for (const status of ["completed", "failed", "interrupted"] as const) {
    assert.equal(
      effectiveStatus({ status, heartbeatAt }, beat + 1e9),
      status,
    );
  }
});

Deno.test("newRunId() sorts by minute and fits the pattern for any study", () => {
  const early = newRunId("backprop-mlp", new Date("2026-11-21T06:15:00Z"));
  const late = newRunId("a", new Date("2026-11-21T06:16:00Z"));
  assert.match(early, /^20261121-0615-backprop-mlp-[0-9a-z]{4}$/);
  assert.ok(early < late);
  for (const study of ["x".repeat(300), "../../etc", "日本"]) {
    assert.equal(checkRunId(newRunId(study)).length <= 64, true);
  }
});

Deno.test("checkRunId() refuses anything that is no id", () => {
  for (const id of ["", "../a", "a b", "a\0", "a".repeat(65)]) {
    assert.throws(() => checkRunId(id), { name: "UsageError" }, id);
  }
});
