import assert from "node:assert/strict";
import type { Child } from "../../scripts/bench/child.ts";
import type { Ask, Get } from "../../scripts/bench/contender.ts";
import { measure } from "../../scripts/bench/measure.ts";
import { reference } from "../../scripts/bench/reference.ts";
import { linesOf } from "../../scripts/bench/serve.ts";
import type { Gemm } from "../../scripts/bench/workloads.ts";

const gemm: Gemm = { kind: "gemm", name: "small", layout: "NN", size: 16 };
const right = reference(gemm);

/** A contender that answers at once and notes what it was asked. */
function fake(
  name: string,
  log: string[],
  { values = right, ms = 200, lasts = Infinity } = {},
): Child {
  const answers = {
    hello: () => ({ version: "1", adapter: null }),
    open: () => ({ values, ms: 7 }),
    calibrate: () => ({ n: 4 }),
    sample: () => {
      if (lasts-- <= 0) throw new Error(`${name} broke`);
      return { ms };
    },
    close: () => ({}),
  };
  return {
    name,
    ask<A extends Ask>(ask: A) {
      log.push(`${name} ${ask}`);
      return Promise.resolve().then(() => answers[ask]() as Get<A>);
    },
    close: () => Promise.resolve(),
  };
}

Deno.test("measure() takes samples in turn after all values are compared", async () => {
  const log: string[] = [];
  const children = [fake("a", log), fake("b", log)];
  const { timings } = await measure(gemm, children, { seconds: 0 });
  assert.deepEqual(log, [
    ...["a open", "a calibrate", "b open", "b calibrate"],
    ...["a sample", "b sample"],
    ...["a sample", "b sample"],
    ...["a sample", "b sample"],
    ...["a close", "b close"],
  ]);
  assert.deepEqual(timings.map(({ min, samples }) => [min, samples.length]), [
    [50, 3],
    [50, 3],
  ]);
});

Deno.test("measure() takes more rounds when there is time", async () => {
  const children = [fake("a", []), fake("b", [])];
  const { timings } = await measure(gemm, children, { seconds: 1 });
  assert.deepEqual(timings.map(({ samples }) => samples.length), [5, 5]);
});

Deno.test("measure() does not time who computes wrong values", async () => {
  const log: string[] = [];
  const wrong = fake("wrong", log, { values: right.with(3, 9) });
  const children = [wrong, fake("a", log)];
  const { timings, failures } = await measure(gemm, children, { seconds: 0 });
  assert.deepEqual(timings.map(({ contender }) => contender), ["a"]);
  assert.match(failures.wrong!, /^wrong values: relative error/);
  assert.ok(!log.includes("wrong sample"));
});

Deno.test("measure() goes on without who breaks on the way", async () => {
  const children = [fake("a", [], { lasts: 1 }), fake("b", [])];
  const { timings, failures } = await measure(gemm, children, { seconds: 0 });
  assert.deepEqual(timings.map(({ contender }) => contender), ["b"]);
  assert.deepEqual(failures, { a: "a broke" });
});

Deno.test("measure() turns the peak kernel's FLOPs into a rate", async () => {
  const children = [fake("peak", [], { values: [5e9] }), fake("a", [])];
  const { peak, timings } = await measure(gemm, children, { seconds: 0 });
  assert.deepEqual(peak, [100, 100, 100]);
  assert.deepEqual(timings.map(({ contender }) => contender), ["a"]);
});

Deno.test("linesOf() joins what arrives in pieces", async () => {
  const pieces = ["a\nb", "", "c\n", "ü\n"].map((text) =>
    new TextEncoder().encode(text)
  );
  const bytes = pieces.flatMap((piece) => [...piece]);
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (let i = 0; i < bytes.length; i += 3) {
        controller.enqueue(Uint8Array.from(bytes.slice(i, i + 3)));
      }
      controller.close();
    },
  });
  assert.deepEqual(await Array.fromAsync(linesOf(stream)), ["a", "bc", "ü"]);
});
