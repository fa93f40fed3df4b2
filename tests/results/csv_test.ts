import assert from "node:assert/strict";
import { runCsv } from "../../lib/results/csv.ts";
import { Run } from "../../lib/results/schemas.ts";
import { toJson } from "../../lib/results/special.ts";
import { sample } from "./support.ts";

const run = Run.parse(toJson(sample({
  id: "r1",
  name: 'line\nbreak, "quote"',
  startedAt: "2026-11-21T06:15:00Z",
  heartbeatAt: "2026-11-21T06:15:00Z",
  results: { accuracy: NaN },
})));

Deno.test("runCsv() writes config and provenance as comments, then a row per metric", () => {
  const csv = runCsv(run, [
    { sequence: 1, step: 0, series: "loss", replica: 0, value: 0.5 },
    { sequence: 2, step: 1, series: 'a,"b"', replica: 1, value: NaN },
    { sequence: 3, step: 2, series: "=1+1", replica: 0, value: -Infinity },
    { sequence: 4, step: 3, series: "run #2", replica: 0, value: 1 },
    { sequence: 5, step: 4, series: "#2", replica: 0, value: 2 },
  ]);
  const lines = csv.split("\r\n");
  const comments = lines.filter((line) => line.startsWith("# "));
  assert.ok(comments.includes('# config: {"learningRate":0.5}'));
  assert.ok(comments.includes('# results: {"accuracy":"NaN"}'));
  assert.ok(comments.includes('# name: "line\\nbreak, \\"quote\\""'));
  assert.ok(comments.some((line) => line.startsWith("# provenance: {")));
  assert.deepEqual(lines.slice(comments.length), [
    "sequence,step,series,replica,value",
    "1,0,loss,0,0.5",
    '2,1,"a,""b""",1,NaN',
    "3,2,'=1+1,0,-Infinity",
    '4,3,"run #2",0,1',
    '5,4,"\'#2",0,2',
    "",
  ]);
});
