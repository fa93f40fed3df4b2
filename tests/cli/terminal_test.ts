import assert from "node:assert/strict";
import { explainDenied } from "../../lib/core/denied.ts";
import { kernelTable } from "../../scripts/cli/profile.ts";
import { formatNumber, table } from "../../scripts/cli/terminal.ts";

Deno.test("formatNumber() keeps four digits and says what is not finite", () => {
  const cases: [number, string][] = [
    [0, "0"],
    [3, "3"],
    [-0.123456, "-0.1235"],
    [0.00012345, "1.234e-4"],
    [9999, "9999"],
    [12_345.6, "12,346"],
    [2.5e12, "2.500e+12"],
    [NaN, "NaN"],
    [-Infinity, "-Infinity"],
  ];
  for (const [value, text] of cases) assert.equal(formatNumber(value), text);
});

Deno.test("table() aligns columns, colours aside", () => {
  assert.equal(
    table([["a", "1"], ["\x1b[32mlong\x1b[0m", "22"]], { right: [1] }),
    "a      1\n\x1b[32mlong\x1b[0m  22",
  );
});

Deno.test("kernelTable() adds up equal dispatches, the slowest first", () => {
  const one = { file: "gemm.wgsl", variant: "", flops: 2e6, bytes: 1e6 };
  const lines = kernelTable([
    { ...one, label: "dense1 forward", ms: 1 },
    { ...one, label: "dense2 forward", ms: 3 },
    { ...one, label: "dense1 forward", ms: 1 },
  ]).split("\n").map((line) => line.replace(/ +/g, " "));
  assert.deepEqual(lines.slice(0, 4), [
    "One step: 5.00 ms on the GPU",
    "kernel dispatch times ms share GFLOPS GB/s",
    "gemm.wgsl dense2 forward 1 3.000 60 % 0.7 0.3",
    "gemm.wgsl dense1 forward 2 2.000 40 % 2.0 1.0",
  ]);
});

Deno.test("explainDenied() says what a task may do, and names no flag that no task takes", () => {
  const denied =
    'NotCapable: Requires read access to "/etc/x", run again with the --allow-read flag';
  const message = explainDenied(denied);
  assert.match(message, /^Requires read access to "\/etc\/x"\. A task may/);
  assert.doesNotMatch(message, /--allow/);
});
