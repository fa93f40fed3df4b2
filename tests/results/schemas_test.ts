import assert from "node:assert/strict";
import fc from "fast-check";
import { parseRunDocument, runDocument } from "../../lib/results/documents.ts";
import {
  CheckRow,
  Expectation,
  MetricRow,
  Provenance,
  Run,
} from "../../lib/results/schemas.ts";
import { type JsonValue, toJson } from "../../lib/results/special.ts";
import { PROVENANCE, sample } from "./support.ts";

const SPECIAL_TEXT = ["NaN", "Infinity", "-Infinity"];
const throughText = (value: unknown) =>
  JSON.parse(JSON.stringify(toJson(value)));

// JSON writes −0 as 0, and free-form text that spells a special number is one.
const number = fc.double().map((value) => value === 0 ? 0 : value);
const text = fc.string().filter((value) => !SPECIAL_TEXT.includes(value));
const { json } = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small" },
    number,
    text,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("json")) as fc.Arbitrary<JsonValue>,
    fc.dictionary(fc.string(), tie("json")) as fc.Arbitrary<JsonValue>,
  ),
}));
const natural = fc.nat();
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);
const time = fc.date({
  min: new Date(0),
  max: new Date("9999-12-31"),
  noInvalidDate: true,
}).map((date) => date.toISOString());
const record = fc.dictionary(fc.string(), json, { noNullPrototype: true });

const metricRow: fc.Arbitrary<MetricRow> = fc.record({
  sequence: natural,
  step: natural,
  series: fc.string({ minLength: 1, maxLength: 200 }),
  replica: natural,
  value: number,
}, { noNullPrototype: true });

const checkRow: fc.Arbitrary<CheckRow> = fc.record({
  study: id,
  line: fc.string(),
  error: number,
  tolerance: number,
  holds: fc.boolean(),
  kernel: fc.option(fc.string()),
  kernelError: fc.option(number),
  checkedAt: time,
}, { noNullPrototype: true });

const run: fc.Arbitrary<Run> = fc.record({
  id,
  study: id,
  name: fc.string({ unit: "binary" }),
  notes: fc.oneof(fc.constantFrom(...SPECIAL_TEXT), fc.string()),
  preset: fc.constantFrom("smoke", "quick", "full", "custom"),
  seed: fc.maxSafeInteger().map((value) => value === 0 ? 0 : value),
  replicas: fc.integer({ min: 1 }),
  config: record,
  status: fc.constantFrom("completed", "failed", "interrupted"),
  startedAt: time,
  endedAt: fc.option(time),
  heartbeatAt: time,
  error: fc.option(fc.string()),
  provenance: fc.constant(PROVENANCE),
  expectations: fc.array(fc.record({
    name: fc.string(),
    holds: fc.boolean(),
    measured: fc.oneof(number, text, fc.constant(null)),
    expected: fc.string(),
  }, { noNullPrototype: true })),
  results: record,
  shipped: fc.boolean(),
}, { noNullPrototype: true });

const plain = <T>(value: T): T => structuredClone(value);

Deno.test("MetricRow keeps every value through JSON, NaN and ±Infinity too", () => {
  fc.assert(fc.property(metricRow, (row) => {
    assert.deepEqual(MetricRow.parse(throughText(row)), row);
  }));
});

Deno.test("CheckRow keeps every value through JSON, NaN and ±Infinity too", () => {
  fc.assert(fc.property(checkRow, (row) => {
    assert.deepEqual(CheckRow.parse(throughText(row)), row);
  }));
});

Deno.test("runDocument() keeps run and metrics through JSON, NaN and ±Infinity too", () => {
  fc.assert(
    fc.property(run, fc.array(metricRow), (original, metrics) => {
      const document = throughText(runDocument(original, metrics));
      assert.deepEqual(plain(parseRunDocument(document)), {
        run: plain(original),
        metrics,
      });
    }),
    { numRuns: 300 },
  );
});

Deno.test("parseRunDocument() rejects mutated documents with a NablaError only", () => {
  const document = throughText(runDocument(Run.parse({
    ...throughText(sample()),
    id: "a",
    startedAt: "2026-11-21T06:15:00Z",
    heartbeatAt: "2026-11-21T06:15:00Z",
  })));
  const field = fc.constantFrom(...Object.keys(document));
  fc.assert(
    fc.property(field, fc.anything(), (name, value) => {
      try {
        parseRunDocument({ ...document, [name]: value });
      } catch (error) {
        assert.equal((error as Error).name, "NablaError");
      }
    }),
    { numRuns: 2000 },
  );
});

Deno.test("Expectation.measured is text, a number or nothing", () => {
  const base = { name: "a", holds: true, expected: "b" };
  assert.equal(
    Expectation.parse({ ...base, measured: "NaN" }).measured,
    NaN,
  );
  assert.equal(Expectation.parse({ ...base, measured: "x" }).measured, "x");
  assert.throws(() => Expectation.parse({ ...base, measured: {} }));
});

Deno.test("Run rejects names that are objects and ids that could leave a folder", () => {
  const base = {
    ...throughText(sample()),
    startedAt: "2026-11-21T06:15:00Z",
    heartbeatAt: "2026-11-21T06:15:00Z",
  };
  assert.equal(Run.safeParse({ ...base, id: "a" }).success, true);
  assert.equal(
    Run.safeParse({ ...base, id: "a", name: { type: "script" } }).success,
    false,
  );
  for (const id of ["", "..", "a/b", "a\\b", "a%2fb", "é", "a".repeat(65)]) {
    assert.equal(Run.safeParse({ ...base, id }).success, false, id);
  }
});

Deno.test("toJson() refuses what JSON would lose and names the place", () => {
  assert.deepEqual(toJson(new Float32Array([1, NaN])), [1, "NaN"]);
  assert.deepEqual(toJson({ a: undefined, b: [undefined] }), { b: [null] });
  assert.throws(() => toJson({ a: [1n] }), /value\.a\[0\].*bigint/);
  assert.throws(() => toJson({ when: new Date(0) }), /value\.when.*Date/);
  assert.throws(() => toJson(() => 1), TypeError);
});

Deno.test("Provenance reads a record of an older form as one without plans", () => {
  const record = toJson(PROVENANCE) as Record<string, unknown>;
  assert.deepEqual(Provenance.parse(record), PROVENANCE);
  const { plans: _, ...older } = record;
  for (const given of [older, { ...record, plans: [{ name: "train" }] }]) {
    assert.deepEqual(Provenance.parse(given), { ...PROVENANCE, plans: [] });
  }
});
