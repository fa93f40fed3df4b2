import assert from "node:assert/strict";
import { createSignalFilter } from "../../lib/train/signals.ts";

function filter() {
  const heard: string[] = [];
  const signal = createSignalFilter({
    stop: (code) => heard.push(`stop ${code}`),
    stopNow: (code) => heard.push(`now ${code}`),
  });
  return { heard, signal };
}

Deno.test("createSignalFilter() stops at the first signal and ignores its echo", () => {
  const { heard, signal } = filter();
  signal("SIGINT", 5000);
  signal("SIGINT", 5003);
  signal("SIGINT", 6000);
  assert.deepEqual(heard, ["stop 130"]);
});

Deno.test("createSignalFilter() stops at once when asked again later", () => {
  const { heard, signal } = filter();
  signal("SIGTERM", 0);
  signal("SIGINT", 1001);
  assert.deepEqual(heard, ["stop 143", "now 130"]);
});
