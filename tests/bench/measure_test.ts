import assert from "node:assert/strict";
import type { Child } from "../../scripts/bench/child.ts";
import type { Ask, Get, Give } from "../../scripts/bench/contender.ts";
import type { ContenderName } from "../../scripts/bench/contenders.ts";
import { gemm as products } from "../../scripts/bench/gemm/section.ts";
import type { Gemm } from "../../scripts/bench/gemm/workload.ts";
import { measure } from "../../scripts/bench/measure.ts";
import type { Section } from "../../scripts/bench/section.ts";
import { linesOf } from "../../scripts/bench/serve.ts";

const gemm: Gemm = { kind: "gemm", name: "small", layout: "NN", size: 16 };
const right = products.expected(gemm);

const section: Section<Gemm> = {
  ...products,
  against: ["jax-js-wasm", "tfjs-wasm"],
  baselines: () => [],
};

/** A contender that answers at once and notes what it was asked. */
function fake(
  name: ContenderName,
  log: string[] = [],
  { values = right, ms = 200, lasts = Infinity } = {},
): Child {
  const answers = {
    hello: () => ({ version: "1", adapter: null }),
    open: ({ workload }: Give<"open">) => {
      log.push(`${name} ${workload.name}`);
      return { values, ms: 7 };
    },
    sample: ({ n }: Give<"sample">) => {
      if (lasts-- <= 0) throw new Error(`${name} broke`);
      return { ms: ms * n };
    },
    close: () => ({}),
  };
  return {
    name,
    ask<A extends Ask>(ask: A, give: Give<A>) {
      log.push(`${name} ${ask}`);
      const answer = answers[ask] as (give: Give<A>) => unknown;
      return Promise.resolve().then(() => answer(give) as Get<A>);
    },
    close: () => Promise.resolve(),
  };
}

const run = (children: Child[], seconds = 0, changes: Partial<Section> = {}) =>
  measure({ ...section, ...changes }, gemm, { children, seconds });

Deno.test("measure() takes samples in turn after all values are compared", async () => {
  const log: string[] = [];
  const { timings } = await run([fake("nabla", log), fake("tfjs-wasm", log)]);
  assert.deepEqual(log, [
    // The first sample finds out how many runs make one.
    ...["nabla open", "nabla small", "nabla sample"],
    ...["tfjs-wasm open", "tfjs-wasm small", "tfjs-wasm sample"],
    ...["nabla sample", "tfjs-wasm sample"],
    ...["nabla sample", "tfjs-wasm sample"],
    ...["nabla sample", "tfjs-wasm sample"],
    ...["nabla close", "tfjs-wasm close"],
  ]);
  assert.deepEqual(
    timings.map(({ contender, min, samples, work }) => [
      contender,
      min,
      samples.length,
      work,
    ]),
    [["nabla", 200, 3, 8192], ["tfjs-wasm", 200, 3, 8192]],
  );
});

Deno.test("measure() samples until the time is spent, each contender its own", async () => {
  const slow = fake("tfjs-wasm", [], { ms: 2500 });
  const slower = fake("jax-js-wasm", [], { ms: 7000 });
  const { timings } = await run([fake("nabla"), slow, slower], 1);
  assert.deepEqual(timings.map(({ samples }) => samples.length), [5, 3, 1]);
});

Deno.test("measure() does not time who computes wrong values", async () => {
  const log: string[] = [];
  const wrong = fake("tfjs-wasm", log, { values: right.with(3, 9) });
  const { timings, failures } = await run([wrong, fake("nabla")]);
  assert.deepEqual(timings.map(({ contender }) => contender), ["nabla"]);
  assert.match(failures["tfjs-wasm"]!, /^wrong values: relative error/);
  assert.ok(!log.includes("tfjs-wasm sample"));
});

Deno.test("measure() goes on without who breaks on the way", async () => {
  const breaks = fake("tfjs-wasm", [], { lasts: 2 });
  const { timings, failures } = await run([breaks, fake("nabla")]);
  assert.deepEqual(timings.map(({ contender }) => contender), ["nabla"]);
  assert.deepEqual(failures, { "tfjs-wasm": "tfjs-wasm broke" });
});

Deno.test("measure() leaves out who has no part in the section", async () => {
  const log: string[] = [];
  const { timings } = await run([fake("pytorch", log), fake("nabla")]);
  assert.deepEqual(timings.map(({ contender }) => contender), ["nabla"]);
  assert.deepEqual(log, []);
});

Deno.test("measure() gives a contender its own workload, or the reason why it has none", async () => {
  const half: Gemm = { ...gemm, name: "half", size: 8 };
  const log: string[] = [];
  const { timings, absent, failures } = await run(
    [
      fake("nabla", log),
      fake("jax-js-wasm", log, { values: products.expected(half) }),
      fake("tfjs-wasm", log),
    ],
    0,
    {
      given: (workload, contender) =>
        contender === "nabla"
          ? workload
          : contender === "tfjs-wasm"
          ? "cannot"
          : half,
    },
  );
  assert.deepEqual(failures, {});
  assert.deepEqual(absent, { "tfjs-wasm": "cannot" });
  assert.deepEqual(timings.map(({ work }) => work), [8192, 1024]);
  assert.ok(log.includes("jax-js-wasm half"));
});

Deno.test("measure() turns the work of a baseline into rates", async () => {
  const baseline = {
    contender: "peak",
    workload: { kind: "peak", name: "peak" },
    constant: true,
    work: ([flops]: readonly number[]) => flops!,
  } as const;
  const peak = fake("peak", [], { values: [5e9] });
  const { baselines, timings } = await run([peak, fake("nabla")], 0, {
    baselines: () => [baseline],
  });
  assert.deepEqual(baselines, [{
    contender: "peak",
    workload: "peak",
    constant: true,
    rates: [25, 25, 25],
  }]);
  assert.deepEqual(timings.map(({ contender }) => contender), ["nabla"]);
});

Deno.test("measure() notes a baseline with wrong values", async () => {
  const baseline = {
    contender: "peak",
    workload: { kind: "peak", name: "peak" },
    constant: true,
    work() {
      throw new Error("wrong values");
    },
  } as const;
  const { failures } = await run([fake("peak")], 0, {
    baselines: () => [baseline],
  });
  assert.deepEqual(failures, { peak: "wrong values" });
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
