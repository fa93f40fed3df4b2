import assert from "node:assert/strict";
import { didYouMean, editDistance, suggest } from "../../lib/core/suggest.ts";

const names = ["backprop-mlp", "torch-parity", "shared-weight-gradient"];
const fields = ["learningRate", "batchSize", "steps", "weightDecay"];

Deno.test("suggest() finds what a mistyped word meant", () => {
  assert.equal(suggest("torch-paritty", names), "torch-parity");
  assert.equal(suggest("backprop_mlp", names), "backprop-mlp");
  assert.equal(suggest("BackpropMLP", names), "backprop-mlp");
  assert.equal(suggest("shared", names), "shared-weight-gradient");
  assert.equal(suggest("step", fields), "steps");
  assert.equal(suggest("lr", fields), "learningRate");
  assert.equal(suggest("learning_rat", fields), "learningRate");
});

Deno.test("suggest() says nothing when nothing is near", () => {
  for (const word of ["", "x", "zebra", "--", "momentum"]) {
    assert.equal(suggest(word, fields), null, word);
  }
  assert.equal(suggest("torch", []), null);
});

Deno.test("didYouMean() is ready to append", () => {
  assert.equal(didYouMean("stpes", fields), "; did you mean steps?");
  assert.equal(didYouMean("zebra", fields), "");
});

Deno.test("editDistance() counts insertions, deletions, changes and swaps", () => {
  const cases: [string, string, number][] = [
    ["", "", 0],
    ["", "abc", 3],
    ["abc", "", 3],
    ["abc", "abc", 0],
    ["abc", "axc", 1],
    ["abc", "acb", 1],
    ["kitten", "sitting", 3],
  ];
  for (const [a, b, distance] of cases) {
    assert.equal(editDistance(a, b), distance, `${a} → ${b}`);
  }
});
