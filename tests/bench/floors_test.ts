import assert from "node:assert/strict";
import { judge, ratio } from "../../scripts/bench/floors.ts";
import type { Measurement, Timing } from "../../scripts/bench/measure.ts";
import {
  formatMeasurement,
  formatSetting,
  formatVerdicts,
} from "../../scripts/bench/report.ts";
import { workloads } from "../../scripts/bench/workloads.ts";

const timing = (contender: string, min: number): Timing => ({
  contender,
  samples: [min, min * 2],
  min,
  median: min * 1.5,
  repetitions: 4,
  first: 100,
  comparison: { error: 1e-7, tolerance: 1e-5, holds: true },
});

const measurement: Measurement = {
  workload: workloads[0]!,
  flops: 1e9,
  peak: [100, 140],
  timings: [
    timing("nabla", 20),
    timing("jax-js-webgpu", 200),
    timing("tfjs-webgpu", 100),
  ],
  failures: {},
};

Deno.test("judge() compares fastest samples and the peak of the run", () => {
  const verdicts = judge(measurement, 160);
  assert.deepEqual(
    verdicts.map(({ against, measured, reached }) => [
      against,
      measured,
      reached,
    ]),
    [
      ["peak", 50 / 160, false],
      ["jax-js-webgpu", 10, true],
      ["tfjs-webgpu", 5, false],
    ],
  );
});

Deno.test("judge() reaches no floor that was not measured", () => {
  const alone = { ...measurement, timings: [timing("nabla", 20)] };
  const verdicts = judge(alone, 0);
  assert.ok(verdicts.every(({ measured }) => measured === null));
  assert.ok(verdicts.every(({ reached }) => !reached));
  assert.equal(ratio(alone, "jax-js-webgpu"), null);
});

Deno.test("formatVerdicts() says reached, not reached and not measured", () => {
  const text = formatVerdicts([
    ...judge(measurement, 160),
    ...judge({ ...measurement, timings: [] }, 160).slice(0, 1),
  ]);
  assert.match(
    text,
    /0\.35 of peak +not reached +0\.31 +0\.36 of the peak beside it\n/,
  );
  assert.match(text, /8× jax-js-webgpu +reached +10\.00×\n/);
  assert.match(text, /0\.35 of peak +not measured$/);
});

Deno.test("formatMeasurement() shows times, rate, fraction and ratio", () => {
  const text = formatMeasurement(measurement, 160);
  assert.match(text, /^gemm-nt-512 .* 2 rounds, peak beside it 140 GFLOPS\n/);
  assert.match(text, /\nnabla +20\.00 +30\.00 +50\.0 +0\.31 +1e-7\n/);
  assert.match(text, /\njax-js-webgpu +200\.00 +300\.00 +5\.0 +0\.03 +10\.00×/);
});

Deno.test("formatMeasurement() names who failed and why", () => {
  const failures = { "tfjs-wasm": "wrong values" };
  const text = formatMeasurement({ ...measurement, failures }, 160);
  assert.match(text, /\ntfjs-wasm: wrong values$/);
});

Deno.test("formatSetting() warns when adapters differ", () => {
  const setting = (...adapters: (string | null)[]) =>
    formatSetting({
      date: "2026-01-01T00:00:00Z",
      machine: "2 × CPU",
      deno: "2.9.6",
      contenders: adapters.map((adapter, i) => ({
        name: `c${i}`,
        version: "1",
        adapter,
      })),
    });
  assert.doesNotMatch(setting("one", "one", null), /NOT/);
  assert.match(setting("one", "two"), /NOT the same/);
});
