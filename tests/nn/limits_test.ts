/** What a device cannot run is refused before any memory is taken, with have, need and remedy. */
import assert from "node:assert/strict";
import type { Target } from "../../lib/core/plan.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { halfSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { subgroupTarget } from "../support/targets.ts";

function plan(
  { limits, ...options }: Partial<PlanOptions> & { limits?: Partial<Target> },
) {
  return buildPlan({
    name: "test",
    model: sequential([8], [dense({ units: 4 })]),
    loss: halfSquaredError(),
    batch: 2,
    target: { ...subgroupTarget, ...limits },
    ...options,
  });
}

Deno.test("buildPlan() refuses a batch or replicas that are no positive integers, naming the argument", () => {
  for (const size of [0, -1, 1.5, NaN, Infinity]) {
    for (const name of ["batch", "replicas"]) {
      assert.throws(() => plan({ [name]: size }), {
        name: "RangeError",
        message: new RegExp(`${name} ${size}: .* whole number of at least 1`),
      });
    }
  }
});

Deno.test("buildPlan() refuses a tensor beyond the device's binding, naming tensor, shape, bytes and limit", () => {
  const model = sequential([8], [
    dense({ units: 2 }),
    relu(),
    dense({ units: 4096 }),
  ]);
  assert.throws(
    () => plan({ model, limits: { maxBindingBytes: 2 ** 14 } }),
    {
      name: "NablaError",
      message:
        /tensor dense2\.weight of shape 4096×2 for 1 replica\(s\) needs 32 KiB, the device binds at most 16 KiB; use/,
    },
  );
});

Deno.test("buildPlan() counts all replicas of a tensor, and blames no smaller one beside it", () => {
  const model = sequential([1], [dense({ units: 512 })]);
  const limits = { maxBindingBytes: 2 ** 14 };
  const loss = halfSquaredError();
  // x, target and examples lie in one record, beyond the limit only together.
  plan({ model, loss, batch: 8, limits });
  assert.throws(
    () => plan({ model, loss, batch: 4, replicas: 3, limits }),
    /tensor dense1\.output of shape 4×512 for 3 replica\(s\) needs 24 KiB/,
  );
});

Deno.test("buildPlan() refuses a program beyond the memory budget with its estimate", () => {
  assert.throws(
    () => plan({ batch: 1000, limits: { memoryBytes: 2 ** 14 } }),
    /Cannot plan test: it needs .* KiB, the budget is 16 KiB; use a smaller batch/,
  );
});

Deno.test("buildPlan() refuses more workgroups than an axis allows", () => {
  assert.throws(
    () => plan({ replicas: 9, limits: { maxWorkgroups: 8 } }),
    /dense1 forward needs 9 workgroups along one axis, the device allows 8; use fewer replicas/,
  );
});

Deno.test("buildPlan() folds a long row of workgroups into a second axis", () => {
  const loss = halfSquaredError();
  const model = sequential([8], [relu()]);
  const limits = { maxWorkgroups: 3 };
  const grids = plan({ model, loss, batch: 896, limits, inputGradients: true })
    .dispatches.map(({ label, grid }) => [label, ...grid]);
  assert.deepEqual(grids, [
    ["relu1 forward", 3, 3, 1],
    ["half squared error forward", 1, 1, 1],
    ["half squared error backward", 3, 3, 1],
    ["relu1 backward", 3, 3, 1],
  ]);
  assert.throws(
    () => plan({ model, loss, batch: 1280, limits, inputGradients: true }),
    /relu1 forward needs 4 workgroups/,
  );
});

Deno.test("buildPlan() refuses more bindings than a dispatch may have", () => {
  assert.throws(
    () => plan({ limits: { maxStorageBuffers: 3 } }),
    /dense1 forward binds 4 buffers, the device allows 3/,
  );
});

Deno.test("buildPlan() refuses loops that the driver would cut and nothing can split", () => {
  const model = sequential([300, 300, 1], [maxPool2d({ kernel: 300 })]);
  const loss = halfSquaredError();
  assert.throws(
    () => plan({ model, loss }),
    /maxPool2d1 forward runs 90300 loop iterations per invocation, the driver ends one after 65535/,
  );
  plan({ model, loss, limits: { maxIterations: Infinity } });
});

Deno.test("buildPlan() refuses losses that do not fit the output", () => {
  const model = sequential([2, 3], [relu()]);
  assert.throws(
    () => plan({ model, loss: crossEntropy() }),
    /output of shape \[2,2,3\]: it must be \[batch, classes\]/,
  );
});

Deno.test("buildPlan() refuses an output that no node has", () => {
  assert.throws(() => plan({ outputs: ["dense7"] }), /dense7.*dense1/);
});

Deno.test("buildPlan() refuses an input with the name of a stream of its own", () => {
  const model = (name: string) =>
    graph((g) => g.apply(dense({ units: 4 }), g.input(name, [8])));
  for (const name of ["target", "examples", "learningRate"]) {
    assert.throws(
      () => plan({ model: model(name), optimizer: sgd() }),
      new RegExp(`two tensors named ${name}`),
    );
  }
});

Deno.test("sgd() refuses options that make no sense", () => {
  assert.throws(() => sgd({ momentum: -1 }), /momentum -1/);
  assert.throws(() => sgd({ weightDecay: NaN }), /weightDecay NaN/);
  assert.throws(() => sgd({ nesterov: true }), /Nesterov with momentum 0/);
});
