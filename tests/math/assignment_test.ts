import assert from "node:assert/strict";
import { assignment } from "../../lib/math/assignment.ts";
import { Random } from "../../lib/math/random.ts";

/** Every permutation of 0 … n − 1. */
function permutations(n: number): number[][] {
  if (n === 0) return [[]];
  return permutations(n - 1).flatMap((rest) =>
    Array.from({ length: n }, (_, at) => rest.toSpliced(at, 0, n - 1))
  );
}

const total = (cost: number[][], chosen: number[]) =>
  chosen.reduce((sum, j, i) => sum + cost[i]![j]!, 0);

Deno.test("assignment() finds the least of all permutations", () => {
  const random = new Random(4);
  for (const n of [1, 2, 3, 5, 6]) {
    const all = permutations(n);
    for (let repetition = 0; repetition < 20; repetition++) {
      const cost = Array.from(
        { length: n },
        () => [...random.array(n, { low: -3, high: 5 })],
      );
      const found = assignment(cost);
      assert.deepEqual(found.toSorted(), [...found.keys()]);
      const least = Math.min(...all.map((chosen) => total(cost, chosen)));
      assert.ok(Math.abs(total(cost, found) - least) < 1e-12);
    }
  }
});

Deno.test("assignment() takes a permutation back, and equal costs as they come", () => {
  const random = new Random(5);
  const wanted = [...new Array(40).keys()].toSorted(() =>
    random.uniform() - 0.5
  );
  const cost = wanted.map((target) =>
    Array.from({ length: 40 }, (_, j) => j === target ? 0 : 1)
  );
  assert.deepEqual(assignment(cost), wanted);
  assert.deepEqual(assignment([]), []);
  const flat = assignment([[1, 1], [1, 1]]);
  assert.deepEqual(flat.toSorted(), [0, 1]);
});
