import assert from "node:assert/strict";
import {
  repetitions,
  summarize,
} from "../../../lib/train/timing/repetitions.ts";

/** A clock for work of `each` milliseconds under a polling floor of 13 ms. */
function work(each: number) {
  const asked: number[] = [];
  return {
    asked,
    time(n: number) {
      asked.push(n);
      return Promise.resolve(13 * Math.ceil(n * each / 13));
    },
  };
}

Deno.test("repetitions() grows until a sample lasts long enough", async () => {
  for (const each of [0.01, 0.4, 7, 60]) {
    const { time, asked } = work(each);
    const n = await repetitions(time);
    assert.ok(await time(n) >= 100, `${n} runs of ${each} ms are too short`);
    assert.ok(n * each < 300, `${n} runs of ${each} ms are too long`);
    assert.equal(asked[0], 1);
  }
});

Deno.test("repetitions() stays at one when one run is long", async () => {
  const { time, asked } = work(500);
  assert.equal(await repetitions(time), 1);
  assert.deepEqual(asked, [1]);
});

Deno.test("repetitions() gives up growing when nothing takes time", async () => {
  assert.equal(await repetitions(() => Promise.resolve(0)), 65536);
});

Deno.test("summarize() finds minimum and median in any order", () => {
  assert.deepEqual(summarize([9, 1, 5]), { min: 1, median: 5 });
  assert.deepEqual(summarize([9, 1, 5, 10]), { min: 1, median: 7 });
  assert.deepEqual(summarize([4]), { min: 4, median: 4 });
});

Deno.test("summarize() of nothing is not a number", () => {
  assert.deepEqual(summarize([]), { min: NaN, median: NaN });
});
