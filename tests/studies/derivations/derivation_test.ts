import assert from "node:assert/strict";
import { type Matrix, matrix } from "../../../lib/study/derivation/algebra.ts";
import { runCheck } from "../../../lib/study/derivation/check.ts";
import type { Check } from "../../../lib/study/derivation/line.ts";
import { inlineTex, linesOf } from "../../../lib/study/page.ts";
import { studies, study } from "../../../lib/studies/mod.ts";
import { fate, mutantsOf } from "./mutants.ts";

/** A check whose right side is changed after it was computed. */
function changed(check: Check, change: (a: Matrix) => Matrix): Check {
  return {
    ...check,
    sides(random, algebra) {
      const { left, right } = check.sides(random, algebra);
      return { left, right: right.map(change) };
    },
  };
}

function fails(check: Check): boolean {
  return !runCheck(check, { repetitions: 2 }).holds;
}

for (const { id, sections, errata } of studies) {
  for (const line of linesOf({ sections })) {
    const { check } = line;
    if (!check) continue;
    Deno.test(`${id} ${line.id}: both sides agree`, () => {
      // A page lets readers check with any seed.
      for (let seed = 0; seed < 16; seed++) {
        const { error, tolerance, holds } = runCheck(check, { seed });
        assert.ok(holds, `seed ${seed}: ${error} is above ${tolerance}`);
      }
    });

    Deno.test(`${id} ${line.id}: a mutated line fails`, () => {
      const scaled = changed(
        check,
        ({ rows, columns, data }) =>
          matrix(rows, columns, data.map((x) => 1.001 * x)),
      );
      assert.ok(fails(scaled), "all entries 0.1 % too large went unnoticed");
      const transposed = changed(
        check,
        ({ rows, columns, data }) => matrix(columns, rows, data.toReversed()),
      );
      assert.ok(fails(transposed) || isSingle(check), "order went unnoticed");
      const mutants = mutantsOf(check);
      const survivors = mutants.filter((m) => fate(check, m) === "survived");
      assert.deepEqual(survivors, []);
      assert.ok(mutants.some((m) => fate(check, m) === "killed"));
    });
  }

  for (const { source, evidence, number } of errata) {
    Deno.test(`${id} erratum of ${source.problem}: the claim misses, the correction holds`, () => {
      const claimed = runCheck(evidence.claimed);
      assert.ok(
        claimed.error > 0.01,
        `the claim misses by ${claimed.error} only`,
      );
      const correct = runCheck(evidence.correct);
      assert.ok(correct.holds, `the correction misses by ${correct.error}`);
      assert.ok(
        number.includes(claimed.error.toPrecision(3)),
        `the number shown is not the measured ${claimed.error.toPrecision(3)}`,
      );
    });
  }
}

/** Whether every side is a single number, which has no order. */
function isSingle(check: Check): boolean {
  let single = true;
  runCheck(changed(check, (a) => {
    single &&= a.data.length === 1;
    return a;
  }));
  return single;
}

Deno.test("runCheck() fails on NaN, on another shape and on a missing side", () => {
  const one = matrix(1, 2, [1, 2]);
  const outcome = (right: Matrix[]) =>
    runCheck({
      against: "definition",
      tolerance: 1e-10,
      sides: () => ({ left: [one], right }),
    });
  assert.equal(outcome([one]).error, 0);
  assert.equal(outcome([matrix(1, 2, [1, NaN])]).error, Infinity);
  assert.equal(outcome([matrix(2, 1, [1, 2])]).error, Infinity);
  assert.equal(outcome([]).error, Infinity);
  assert.equal(outcome([one, one]).holds, false);
});

Deno.test("study() names the nearest id when there is none", () => {
  assert.equal(study("backprop-mlp").id, "backprop-mlp");
  assert.throws(
    () => study("backprop-mpl"),
    /no such derivation.*backprop-mlp/,
  );
});

Deno.test("studies have unique ids, and so have lines, sections and figures", () => {
  const unique = (ids: string[]) =>
    assert.equal(new Set(ids).size, ids.length, ids.join(" "));
  unique(studies.map(({ id }) => id));
  for (const one of studies) {
    unique(linesOf(one).map(({ id }) => id));
    unique(one.sections.map(({ id }) => id));
    unique(one.figures.map(({ id }) => id));
    for (const { names, series } of one.figures) {
      assert.ok(names.length > 0 && series.length > 0);
    }
  }
});

Deno.test("inlineTex() separates words from TeX", () => {
  assert.deepEqual(inlineTex("where $x$ is"), [
    { tex: false, text: "where " },
    { tex: true, text: "x" },
    { tex: false, text: " is" },
  ]);
});
