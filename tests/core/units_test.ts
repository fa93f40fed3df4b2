import assert from "node:assert/strict";
import { formatDuration } from "../../lib/core/units.ts";

Deno.test("formatDuration() uses the unit that fits", () => {
  const cases: [number, string][] = [
    [0, "0 ms"],
    [849.6, "850 ms"],
    [1000, "1.0 s"],
    [59_900, "59.9 s"],
    [245_000, "4 min 05 s"],
    [7_800_000, "2 h 10 min"],
    [-1, "–"],
    [NaN, "–"],
    [Infinity, "–"],
  ];
  for (const [milliseconds, text] of cases) {
    assert.equal(formatDuration(milliseconds), text);
  }
});
