/** What is merged into what, and what must not be: plans by their dispatches alone. */
import assert from "node:assert/strict";
import type { Plan } from "../../lib/core/plan.ts";
import { add } from "../../lib/nn/layers/add.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { type Graph, graph, sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { torchDefault } from "../../lib/nn/initializers.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import { subgroupTarget } from "../support/targets.ts";

const labels = ({ dispatches }: Plan) => dispatches.map(({ label }) => label);

function plan(model: Graph, options: Partial<PlanOptions> = {}): Plan {
  return buildPlan({
    name: "test",
    model,
    batch: 64,
    target: subgroupTarget,
    ...options,
  });
}

const mlp = sequential([784], [
  dense({ units: 256 }),
  relu(),
  dense({ units: 128 }),
  relu(),
  dense({ units: 10 }),
]);

Deno.test("buildPlan() trains 784-256-128-10 in 13 dispatches", () => {
  const training = plan(mlp, { loss: crossEntropy(), optimizer: sgd() });
  assert.deepEqual(labels(training), [
    "dense1 forward + relu",
    "dense2 forward + relu",
    "dense3 forward",
    "cross-entropy forward",
    "cross-entropy backward",
    "dense3 backward input + relu′",
    "dense3 backward weight + update",
    "dense3 backward bias + update",
    "dense2 backward input + relu′",
    "dense2 backward weight + update",
    "dense2 backward bias + update",
    "dense1 backward weight + update",
    "dense1 backward bias + update",
  ]);
  const [forward, , , , , , update] = training.dispatches;
  assert.match(forward!.kernel.variant, /^NT .*, bias, relu$/);
  assert.match(update!.kernel.variant, /^TN .*, sgd_plain$/);
  assert.equal(training.parameters, 784 * 256 + 256 + 256 * 128 + 128 + 1290);
  assert.ok(
    !training.tensors.some(({ label }) => /\.dWeight|\.dBias/.test(label)),
  );
});

Deno.test("buildPlan() evaluates with a loss and infers without", () => {
  const loss = crossEntropy();
  assert.equal(labels(plan(mlp, { loss })).length, 4);
  const inference = plan(mlp);
  assert.equal(labels(inference).length, 3);
  const output = inference.tensors.find(({ role }) => role === "output");
  assert.equal(output?.label, "dense3.output");
});

Deno.test("buildPlan() keeps gradients that somebody wants to read", () => {
  const loss = crossEntropy();
  const kept = plan(mlp, { loss, optimizer: sgd(), keepGradients: true });
  const isUpdate = (label: string) => / update$/.test(label);
  assert.equal(labels(kept).filter(isUpdate).length, 6);
  assert.equal(
    labels(kept).filter((label) => /\+ update/.test(label)).length,
    0,
  );
  const gradients = kept.tensors.filter(({ role }) => role === "gradient");
  assert.deepEqual(
    gradients.map(({ label }) => label).sort(),
    mlp.parameters.map(({ label }) =>
      label.replace("weight", "dWeight").replace("bias", "dBias")
    ).sort(),
  );
});

Deno.test("buildPlan() keeps an output that somebody wants to read out of the product", () => {
  const watched = plan(mlp, { outputs: ["dense1"] });
  assert.deepEqual(labels(watched).slice(0, 2), [
    "dense1 forward",
    "relu1 forward",
  ]);
});

/** v = u + W u with u = relu(W x), as in the study of a shared weight. */
const shared = graph((g) => {
  const weight = g.parameter("W", [8, 8], torchDefault(8));
  const u = g.apply(
    relu(),
    g.apply(dense({ weight, bias: false }), g.input("x", [8])),
  );
  return g.apply(add(), u, g.apply(dense({ weight, bias: false }), u));
});

Deno.test("buildPlan() updates a shared weight once, in its last contribution, after its last reader", () => {
  const training = plan(shared, {
    loss: halfSquaredNorm(),
    optimizer: sgd({ momentum: 0.9 }),
  });
  const id = training.tensors.find(({ label }) => label === "W")!.id;
  const uses = training.dispatches.map(({ label, bindings }) => ({
    label,
    access: bindings.find(({ tensor }) => tensor === id)?.access,
  })).filter(({ access }) => access);
  assert.deepEqual(uses, [
    { label: "dense1 forward + relu", access: "read" },
    { label: "dense2 forward", access: "read" },
    { label: "dense2 backward input", access: "read" },
    { label: "dense1 backward weight + update", access: "read_write" },
  ]);
  const last = training.dispatches.at(-1)!;
  assert.match(last.kernel.variant, /accumulate, sgd$/);
  assert.ok(labels(training).includes("dense2 backward weight"));
});

Deno.test("buildPlan() adds up the gradients of a node that feeds two others before its derivative", () => {
  const gradients = plan(shared, {
    loss: halfSquaredNorm(),
    gradients: true,
  });
  const names = labels(gradients);
  // u's gradient comes from the sum and from the second product: relu′ must wait for both.
  assert.ok(names.includes("relu1 backward"), names.join("\n"));
  assert.ok(
    names.indexOf("relu1 backward") > names.indexOf("dense2 backward input"),
  );
  const input = gradients.dispatches.find(({ label }) =>
    label === "dense2 backward input"
  );
  assert.match(input!.kernel.variant, /accumulate$/);
});

Deno.test("buildPlan() does not merge an activation whose input is read elsewhere", () => {
  const model = graph((g) => {
    const y = g.apply(dense({ units: 4 }), g.input("x", [4]));
    return g.apply(add(), y, g.apply(sigmoid(), y));
  });
  assert.deepEqual(labels(plan(model)), [
    "dense1 forward",
    "sigmoid1 forward",
    "add1 forward",
  ]);
});

Deno.test("buildPlan() merges one activation into a product, not two", () => {
  const model = sequential([4], [dense({ units: 4 }), relu(), sigmoid()]);
  assert.deepEqual(labels(plan(model)), [
    "dense1 forward + relu",
    "sigmoid1 forward",
  ]);
  assert.deepEqual(
    labels(plan(model, { loss: halfSquaredNorm(), gradients: true })).slice(-3),
    ["relu1 backward", "dense1 backward weight", "dense1 backward bias"],
  );
});

Deno.test("buildPlan() leaves out gradients that nobody needs", () => {
  const model = sequential([4], [relu(), dense({ units: 3 })]);
  const loss = halfSquaredNorm();
  assert.deepEqual(labels(plan(model, { loss, gradients: true })).slice(-2), [
    "dense1 backward weight",
    "dense1 backward bias",
  ]);
  const all = labels(
    plan(model, { loss, gradients: true, inputGradients: true }),
  );
  assert.equal(all.filter((label) => /backward/.test(label)).length, 4);
});
