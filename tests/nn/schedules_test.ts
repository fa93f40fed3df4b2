import assert from "node:assert/strict";
import {
  constant,
  cosine,
  inverse,
  power,
  type Schedule,
  stepDecay,
} from "../../lib/nn/schedules.ts";
import { assertClose } from "../support/compare.ts";

function assertRates(schedule: Schedule, rates: Record<number, number>): void {
  const steps = Object.keys(rates).map(Number);
  assertClose(steps.map(schedule), Object.values(rates), { tolerance: 1e-14 });
}

Deno.test("constant() stays", () => {
  assertRates(constant(0.3), { 0: 0.3, 1: 0.3, 1e9: 0.3 });
});

Deno.test("inverse() is C₀ / (C₁ + k)", () => {
  assertRates(inverse({ c0: 2, c1: 10 }), { 0: 0.2, 1: 2 / 11, 90: 0.02 });
});

Deno.test("power() is α (k + 1)^−p", () => {
  assertRates(power({ exponent: 2 }), { 0: 1, 1: 1 / 4, 9: 1 / 100 });
  assertRates(power({ exponent: 0.5, rate: 3 }), { 0: 3, 3: 1.5, 99: 0.3 });
});

Deno.test("cosine() falls from α to zero along half a wave", () => {
  assertRates(cosine({ rate: 0.4, steps: 60 }), {
    0: 0.4,
    20: 0.4 * 3 / 4,
    30: 0.2,
    40: 0.4 / 4,
    60: 0,
    100: 0,
  });
});

Deno.test("cosine() rises in a straight line first if told to", () => {
  assertRates(cosine({ rate: 1, steps: 24, warmUp: 4 }), {
    0: 0.2,
    1: 0.4,
    3: 0.8,
    4: 1,
    14: 0.5,
    24: 0,
  });
});

Deno.test("stepDecay() multiplies by γ every so many updates", () => {
  assertRates(stepDecay({ rate: 8, factor: 0.5, every: 10 }), {
    0: 8,
    9: 8,
    10: 4,
    25: 2,
    40: 0.5,
  });
});

Deno.test("schedules refuse numbers that make no sense", () => {
  assert.throws(() => constant(-1), /rate -1: it must be a number from 0 to/);
  assert.throws(() => power({ exponent: NaN }), /exponent NaN/);
  assert.throws(
    () => inverse({ c0: 1, c1: 0 }),
    /c1 0: it must be a number above 0/,
  );
  assert.throws(
    () => cosine({ rate: 1, steps: 5, warmUp: 5 }),
    /warmUp 5: it must be below steps 5/,
  );
  assert.throws(
    () => stepDecay({ rate: 1, factor: 0.5, every: 0 }),
    /every 0: it must be a whole number/,
  );
});
