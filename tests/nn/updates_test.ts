/** What a plan does with gradients: optimizers, clipping, norms and accumulation, by dispatches and tensors alone. */
import assert from "node:assert/strict";
import type { Plan } from "../../lib/core/plan.ts";
import { adam, adamW } from "../../lib/nn/optimizers/adam.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { rmsprop } from "../../lib/nn/optimizers/rmsprop.ts";
import { sgd, sgdHeavyBall } from "../../lib/nn/optimizers/sgd.ts";
import {
  buildUpdatePlan,
  type UpdatePlanOptions,
} from "../../lib/nn/planner/update_plan.ts";
import { subgroupTarget } from "../support/targets.ts";

const PARAMETERS = [
  "dense1.weight",
  "dense1.bias",
  "dense2.weight",
  "dense2.bias",
];

function plan(options: Partial<PlanOptions>): Plan {
  return buildPlan({
    name: "test",
    model: sequential([784], [
      dense({ units: 128 }),
      relu(),
      dense({ units: 10 }),
    ]),
    loss: crossEntropy(),
    batch: 64,
    target: subgroupTarget,
    ...options,
  });
}

const labels = ({ dispatches }: Plan) => dispatches.map(({ label }) => label);
const having = (plan: Plan, wanted: string) =>
  plan.tensors.filter(({ role }) => role === wanted).map(({ label }) => label);

const OPTIMIZERS = {
  "SGD, momentum 0.9, weight decay 0.1": sgd({
    momentum: 0.9,
    weightDecay: 0.1,
  }),
  "SGD, weight decay per replica": sgd({ weightDecay: "stream" }),
  "heavy-ball SGD, momentum 0.9": sgdHeavyBall({ momentum: 0.9 }),
  "RMSprop, decay 0.9, momentum 0.5, ε inside the root": rmsprop({
    decay: 0.9,
    momentum: 0.5,
    epsilonInside: true,
  }),
  "Adam, β 0.9 and 0.999": adam(),
  "AdamW, β 0.9 and 0.999, weight decay 0.01": adamW(),
};

for (const [name, optimizer] of Object.entries(OPTIMIZERS)) {
  Deno.test(`buildPlan() fuses ${name} into products and sums`, () => {
    assert.equal(optimizer.name, name);
    const fused = labels(plan({ optimizer }));
    assert.equal(fused.length, 9, fused.join("\n"));
    assert.equal(fused.filter((label) => /\+ update$/.test(label)).length, 4);
  });
}

Deno.test("buildPlan() asks only for the streams that the optimizer uses", () => {
  const streams = (optimizer: PlanOptions["optimizer"]) =>
    having(plan({ optimizer }), "stream").toSorted();
  const always = ["examples", "learningRate", "target", "x"];
  assert.deepEqual(streams(sgd({ momentum: 0.9, weightDecay: 0.1 })), always);
  assert.deepEqual(streams(rmsprop()), always);
  assert.deepEqual(streams(adam()), [
    "examples",
    "learningRate",
    "step",
    "target",
    "x",
  ]);
  assert.deepEqual(streams(sgd({ weightDecay: "stream" })), [
    ...always.slice(0, -1),
    "weightDecay",
    "x",
  ]);
});

Deno.test("buildPlan() leaves an update on its own where both would bind too many buffers", () => {
  const optimizer = adam({ weightDecay: "stream" });
  // Two factors, the parameter, its two averages and three streams.
  const few = plan({
    optimizer,
    target: { ...subgroupTarget, maxStorageBuffers: 7 },
  });
  assert.ok(labels(few).includes("dense1.weight update"));
  // A sum has one input instead of two factors.
  assert.ok(labels(few).includes("dense1 backward bias + update"));
  assert.ok(!labels(plan({ optimizer })).includes("dense1.weight update"));
});

Deno.test("buildPlan() clips between the last gradient and the first update", () => {
  const clipped = plan({ optimizer: sgd(), clipNorm: 1 });
  const parameters = PARAMETERS.slice(2).concat(PARAMETERS.slice(0, 2));
  assert.deepEqual(labels(clipped).slice(-12), [
    "dense2 backward bias",
    "dense1 backward weight",
    "dense1 backward bias",
    "squares of dense2.dWeight",
    "squares of dense2.dBias",
    "squares of dense1.dWeight",
    "squares of dense1.dBias",
    "gradient norm",
    ...parameters.map((label) => `${label} update`),
  ]);
  assert.deepEqual(having(clipped, "metric"), ["loss", "correct"]);
});

Deno.test("buildPlan() reports the norm with or without clipping or an optimizer", () => {
  for (const clipNorm of [undefined, 1]) {
    const measured = plan({ optimizer: adam(), clipNorm, gradientNorm: true });
    assert.ok(having(measured, "metric").includes("gradientNorm"));
    assert.ok(!labels(measured).some((label) => /\+ update/.test(label)));
  }
  const read = plan({ gradientNorm: true });
  assert.equal(labels(read).at(-1), "gradient norm");
});

Deno.test("buildPlan() counts the norm's work", () => {
  const { dispatches } = plan({ gradientNorm: true });
  const [weight, bias, norm] = [
    "squares of dense1.dWeight",
    "squares of dense1.dBias",
    "gradient norm",
  ].map((wanted) => dispatches.find(({ label }) => label === wanted)!);
  // 25,088 cells, 4096 a workgroup, 64 an invocation; then 64 sums.
  assert.deepEqual([weight!.grid, weight!.iterations], [[7, 1, 1], 64 + 63]);
  assert.equal(weight!.flops, 2 * 784 * 128);
  assert.deepEqual([bias!.grid, bias!.iterations], [[1, 1, 1], 1 + 63]);
  assert.equal(norm!.sizes!.words.at(-1), 7 + 1 + 1 + 1);
});

Deno.test("buildPlan() adds gradients to those of earlier steps if told to", () => {
  const adding = plan({ accumulateGradients: true });
  assert.deepEqual(
    having(adding, "state").toSorted(),
    ["dense1.dBias", "dense1.dWeight", "dense2.dBias", "dense2.dWeight"],
  );
  const backward = adding.dispatches.filter(({ label }) =>
    /(weight|bias)$/.test(label)
  );
  assert.equal(backward.length, 4);
  for (const { kernel } of backward) {
    assert.match(kernel.variant, /accumulate$/);
  }
  const bytes = ({ buffers }: Plan) =>
    buffers.reduce((sum, { bytes }) => sum + bytes, 0);
  assert.equal(bytes(adding), bytes(plan({ gradients: true })));
});

const apply = (options: Partial<UpdatePlanOptions> = {}, from?: Plan) =>
  buildUpdatePlan(from ?? plan({ accumulateGradients: true, replicas: 3 }), {
    name: "apply",
    optimizer: sgd(),
    target: subgroupTarget,
    ...options,
  });

Deno.test("buildUpdatePlan() updates, then clears", () => {
  const updates = PARAMETERS.map((label) => `${label} update`);
  const zeros = ["dense1.dWeight", "dense1.dBias", "dense2.dWeight"]
    .concat("dense2.dBias").map((label) => `zero ${label}`);
  assert.deepEqual(labels(apply()), [...updates, ...zeros]);
  assert.deepEqual(labels(apply({ zeroGradients: false })), updates);
  const { batch, replicas, parameters } = apply({ microBatches: 4 });
  assert.deepEqual([batch, replicas, parameters], [256, 3, 101_770]);
  assert.deepEqual(having(apply({ optimizer: adam() }), "stream").toSorted(), [
    "learningRate",
    "step",
  ]);
});

Deno.test("buildPlan() and buildUpdatePlan() refuse what contradicts itself", () => {
  const optimizer = sgd();
  const refused = (options: Partial<PlanOptions>, message: RegExp) =>
    assert.throws(() => plan(options), message);
  refused({ clipNorm: 1 }, /clipNorm: it has no optimizer/);
  refused(
    { clipNorm: 0, optimizer },
    /clipNorm 0: it must be a number above 0/,
  );
  for (
    const option of ["gradientNorm", "keepGradients", "accumulateGradients"]
  ) {
    refused(
      { [option]: true, gradients: false },
      new RegExp(`with ${option} and gradients false: it needs the gradients`),
    );
    refused(
      { [option]: true, loss: undefined },
      new RegExp(`with ${option} and no loss: .*; give it a loss`),
    );
  }
  refused({ optimizer, gradients: false }, /optimizer and gradients false/);
  refused({ optimizer, loss: undefined }, /optimizer and no loss/);
  refused({ gradients: true, loss: undefined }, /gradients and no loss/);
  refused({ inputGradients: true, loss: undefined }, /inputGradients and no/);
  refused(
    { accumulateGradients: true, optimizer },
    /give the optimizer to buildUpdatePlan/,
  );
  assert.throws(() => apply({ microBatches: 0 }), /microBatches 0/);
  assert.throws(() => apply({ clipNorm: -1 }), /clipNorm -1/);
  assert.throws(() => apply({}, plan({})), /test accumulates no gradients/);
});

Deno.test("optimizers refuse options that make no sense", () => {
  assert.throws(() => sgd({ momentum: -1 }), /sgd with momentum -1/);
  assert.throws(() => sgdHeavyBall({ momentum: NaN }), /momentum NaN/);
  assert.throws(() => rmsprop({ decay: 1 }), /decay 1: .* and below 1/);
  assert.throws(() => rmsprop({ epsilon: -1 }), /epsilon -1/);
  assert.throws(
    () => adam({ betas: [0.9, 1] }),
    /betas \[0\.9, 1\]: .* and below 1/,
  );
  assert.throws(() => adamW({ weightDecay: Infinity }), /weightDecay Infinity/);
});
