/** What a plan says about the target of its loss. */
import assert from "node:assert/strict";
import { sequential } from "../../lib/nn/graph.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { subgroupTarget } from "../support/targets.ts";

for (const executor of ["layers", "steps"] as const) {
  Deno.test(`a plan says how many classes its target has, executor ${executor}`, () => {
    const classes = (loss: ReturnType<typeof crossEntropy>) =>
      buildPlan({
        name: "test",
        model: sequential([2], [dense({ units: 3 })]),
        loss,
        optimizer: sgd(),
        batch: 4,
        executor,
        target: subgroupTarget,
      }).tensors.filter(({ classes }) => classes !== undefined)
        .map(({ label, classes }) => [label, classes]);
    assert.deepEqual(classes(crossEntropy()), [["target", 3]]);
    assert.deepEqual(classes(meanSquaredError()), []);
  });
}
