import assert from "node:assert/strict";
import { judge, ratio } from "../../scripts/bench/floors.ts";
import type { Measurement, Timing } from "../../scripts/bench/measure.ts";
import { formatMarkdown } from "../../scripts/bench/markdown.ts";
import {
  formatMeasurement,
  formatReport,
  formatSetting,
  formatVerdicts,
  type Setting,
} from "../../scripts/bench/report.ts";
import {
  type Floor,
  GFLOPS,
  type Section,
  type Unit,
} from "../../scripts/bench/section.ts";
import type { ContenderName } from "../../scripts/bench/contenders.ts";
import { gemm } from "../../scripts/bench/gemm/section.ts";

const timing = (contender: ContenderName, min: number, work = 1e9): Timing => ({
  contender,
  work,
  samples: [min, min * 2],
  min,
  median: min * 1.5,
  repetitions: 4,
  first: 100,
  comparison: { error: 1e-7, tolerance: 1e-5, holds: true },
});

const peak = (...rates: number[]) => ({
  contender: "peak" as const,
  workload: "peak",
  constant: true,
  rates,
});
const beside = (...rates: number[]) => ({
  contender: "gemm" as const,
  workload: "gemm-nt-512",
  constant: false,
  rates,
});

/** 50 GFLOPS of Nabla, 5 and 10 of the others, one on a sixteenth of the work. */
const measurement: Measurement = {
  workload: gemm.workloads[0]!,
  work: 1e9,
  baselines: [peak(100, 140), beside(40, 60)],
  timings: [
    timing("nabla", 20),
    timing("jax-js-webgpu", 200),
    timing("tfjs-webgpu", 6.25, 1e9 / 16),
  ],
  absent: { "tfjs-wasm": "has no such gradient" },
  failures: {},
};
const faster = { ...measurement, baselines: [peak(160), beside(200)] };

const withFloors = (
  floors: readonly Floor[],
  unit: Unit = GFLOPS,
): Section => ({ ...gemm, unit, floors: () => floors });

const floors: readonly Floor[] = [
  { kind: "fraction", of: "peak", least: 0.35 },
  { kind: "fraction", of: "gemm", least: 0.75 },
  { kind: "times", against: "jax-js-webgpu", least: 8 },
  { kind: "times", against: "tfjs-webgpu", least: 8 },
  { kind: "rate", least: 49 },
  { kind: "time", mostMs: 19 },
];

Deno.test("judge() compares fastest samples: rates, fractions and times", () => {
  const verdicts = judge(withFloors(floors), measurement, [
    measurement,
    faster,
  ]);
  assert.deepEqual(
    verdicts.map(({ measured, beside, reached }) => [
      measured,
      beside,
      reached,
    ]),
    [
      // The peak is that of the whole run, the product's rate that beside it.
      [50 / 160, 50 / 140, false],
      [50 / 60, 50 / 60, true],
      [10, null, true],
      [5, null, false],
      [50, null, true],
      [20, null, false],
    ],
  );
});

Deno.test("judge() reaches no floor that was not measured", () => {
  const nobody = { ...measurement, timings: [timing("tfjs-webgpu", 1)] };
  for (const one of judge(withFloors(floors), nobody, [nobody])) {
    assert.equal(one.measured, null);
    assert.equal(one.reached, false);
  }
  assert.equal(ratio(nobody, "jax-js-webgpu"), null);
  const alone = {
    ...measurement,
    baselines: [],
    timings: [timing("nabla", 20)],
  };
  assert.deepEqual(
    judge(withFloors(floors), alone, [alone]).map(({ measured }) =>
      measured !== null
    ),
    [false, false, false, false, true, true],
  );
});

Deno.test("formatVerdicts() says reached, not reached and not measured", () => {
  const section = withFloors(floors);
  const text = formatVerdicts(judge(section, measurement, [faster]), GFLOPS);
  assert.match(
    text,
    /0\.35 of peak +not reached +0\.31 +0\.36 of that beside it\n/,
  );
  assert.match(text, /8× jax-js-webgpu +reached +10\.00×\n/);
  assert.match(text, /49 GFLOPS +reached +50\n/);
  assert.match(text, /at most 0\.019 s +not reached +0\.02 s/);
  const nobody = { ...measurement, timings: [] };
  const verdicts = judge(section, nobody, [nobody]);
  assert.match(
    formatVerdicts(verdicts, GFLOPS),
    /0\.35 of peak +not measured\n/,
  );
});

Deno.test("formatMeasurement() shows times, rates, fractions and ratios", () => {
  const text = formatMeasurement(measurement, gemm, [measurement, faster]);
  assert.match(
    text,
    /^gemm-nt-512 .*peak beside it 140\.0 +gemm beside it 60\.0\n/,
  );
  assert.match(text, /\nnabla +20\.00 +30\.00 +50\.0 +2 +0\.31 +0\.83 +1e-7\n/);
  assert.match(
    text,
    /\njax-js-webgpu +200\.00 +300\.00 +5\.0 +2 +0\.03 .*10\.00×/,
  );
  assert.match(text, /\ntfjs-webgpu, 1\/16 of the work +6\.25 .* 5\.00×/);
  assert.match(text, /\ntfjs-wasm: has no such gradient$/);
});

Deno.test("formatMeasurement() names who failed and why", () => {
  const failures = { "tfjs-wasm": "wrong values" };
  const text = formatMeasurement({ ...measurement, failures }, gemm, []);
  assert.match(text, /\ntfjs-wasm: wrong values$/);
});

const setting = (...adapters: (string | null)[]): Setting => ({
  date: "2026-01-01T00:00:00Z",
  machine: "2 × CPU",
  deno: "2.9.6",
  command: "deno task bench gemm",
  contenders: adapters.map((adapter, i) => ({
    name: `c${i}`,
    version: "1",
    adapter,
  })),
});

Deno.test("formatSetting() warns when adapters differ", () => {
  const text = formatSetting(setting("one", "one", null));
  assert.doesNotMatch(text, /NOT/);
  assert.match(text, /^2026-01-01.*\nadapter: one\n/);
  assert.match(formatSetting(setting("one", "two")), /NOT the same/);
});

const section = withFloors(floors.slice(0, 3));
const report = {
  setting: setting("one"),
  results: [{
    section,
    measurements: [measurement],
    verdicts: judge(section, measurement, [measurement]),
  }],
};

Deno.test("formatReport() has the setting, every table and every floor", () => {
  const text = formatReport(report);
  assert.match(text, /adapter: one\n[^]*\n\ngemm-nt-512 [^]*\n\nfloor /);
});

Deno.test("formatMarkdown() has a row per workload and per floor", () => {
  assert.equal(
    formatMarkdown(report),
    [
      "    deno task bench gemm",
      "",
      "2026-01-01T00:00:00Z  2 × CPU  Deno 2.9.6  ",
      "adapter: one  ",
      "c0 1",
      "",
      `### gemm: ${gemm.summary}`,
      "",
      "| workload | ms | GFLOPS | of peak | of gemm | × jax-js-webgpu | × tfjs-webgpu |",
      "| --- | --- | --- | --- | --- | --- | --- |",
      "| `gemm-nt-512` | 20.0 | 50.0 | 0.36 | 0.83 | 10.0 | 5.00 |",
      "",
      "| workload | floor | measured |  |",
      "| --- | --- | --- | --- |",
      "| `gemm-nt-512` | 0.35 of peak | 0.36 | reached |",
      "| `gemm-nt-512` | 0.75 of gemm | 0.83 | reached |",
      "| `gemm-nt-512` | 8× jax-js-webgpu | 10.00× | reached |",
    ].join("\n"),
  );
});
