/** Properties of a plan's memory and order, over random graphs. */
import * as fc from "fast-check";
import assert from "node:assert/strict";
import type { Binding, Dispatch, Plan, Tensor } from "../../lib/core/plan.ts";
import { sizeOf } from "../../lib/core/shape.ts";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { build, recipes } from "../support/random_graph.ts";
import { plainTarget, subgroupTarget } from "../support/targets.ts";

const bytesOf = ({ replicas, shape }: Tensor) =>
  Math.ceil(4 * replicas * sizeOf(shape) / 16) * 16;

/** Plans of random graphs, trained, differentiated or only evaluated. */
const options = fc.record({
  recipe: recipes({ widths: [1, 3, 4, 8], maxLength: 10, norms: true }),
  batch: fc.constantFrom(2, 5, 20_000),
  replicas: fc.constantFrom(1, 3),
  ownData: fc.boolean(),
  update: fc.constantFrom(
    {},
    { optimizer: sgd() },
    { optimizer: sgd({ momentum: 0.9 }) },
    { optimizer: adam({ weightDecay: "stream" }), clipNorm: 1 },
  ),
  inputGradients: fc.boolean(),
  // With 20,000 rows, column sums are split; with the short limit, products are as well.
  target: fc.constantFrom(subgroupTarget, plainTarget, {
    ...subgroupTarget,
    maxIterations: 5000,
  }),
});

function holds(property: (plan: Plan) => void): void {
  fc.assert(
    fc.property(options, ({ recipe, update, ...rest }) =>
      property(buildPlan({
        name: "random",
        model: build(recipe),
        loss: halfSquaredNorm(),
        ...update,
        ...rest,
      }))),
    { seed: 1, numRuns: 300 },
  );
}

const uses = (
  { dispatches }: Plan,
  id: number,
): { step: number; binding: Binding; dispatch: Dispatch }[] =>
  dispatches.flatMap((dispatch, step) =>
    dispatch.bindings.filter(({ tensor }) => tensor === id).map((binding) => ({
      step,
      binding,
      dispatch,
    }))
  );

Deno.test("buildPlan() never lets two living scratch tensors share memory", () => {
  holds((plan) => {
    const lives = plan.tensors.filter(({ role }) => role === "scratch").map(
      (tensor) => {
        const steps = uses(plan, tensor.id).map(({ step }) => step);
        return { tensor, first: steps[0]!, last: steps.at(-1)! };
      },
    );
    for (const a of lives) {
      for (const b of lives) {
        if (a === b || a.tensor.buffer !== b.tensor.buffer) continue;
        assert.ok(
          a.last < b.first || b.last < a.first,
          `${a.tensor.label} (${a.first}–${a.last}) and ${b.tensor.label} (${b.first}–${b.last}) share buffer ${a.tensor.buffer}`,
        );
      }
    }
  });
});

Deno.test("buildPlan() never binds memory for writing that the dispatch binds again", () => {
  holds((plan) => {
    for (const { label, bindings } of plan.dispatches) {
      bindings.forEach((a, i) => {
        for (const b of bindings.slice(i + 1)) {
          if (a.access === "read" && b.access === "read") continue;
          const [x, y] = [plan.tensors[a.tensor]!, plan.tensors[b.tensor]!];
          const apart = x.buffer !== y.buffer ||
            x.offset + bytesOf(x) <= y.offset ||
            y.offset + bytesOf(y) <= x.offset;
          assert.ok(apart, `${label} binds ${x.label} and ${y.label} at once`);
        }
      });
    }
  });
});

Deno.test("buildPlan() gives every tensor a name of its own and room in its buffer", () => {
  holds(({ tensors, buffers }) => {
    const labels = tensors.map(({ label }) => label);
    assert.equal(new Set(labels).size, labels.length, labels.join());
    tensors.forEach((tensor, id) => {
      assert.equal(tensor.id, id);
      assert.equal(tensor.offset % 256, 0);
      const end = tensor.offset + bytesOf(tensor);
      assert.ok(end <= buffers[tensor.buffer]!.bytes, tensor.label);
    });
  });
});

Deno.test("buildPlan() gives what outlives a step a buffer of its own", () => {
  holds(({ tensors, buffers }) => {
    for (const { label, role, buffer } of tensors) {
      const kind = role === "scratch"
        ? "scratch"
        : role === "stream"
        ? "streams"
        : role === "metric"
        ? "metrics"
        : "kept";
      assert.equal(buffers[buffer]!.kind, kind, label);
      const alone = tensors.filter((other) => other.buffer === buffer);
      if (kind === "kept") assert.equal(alone.length, 1, label);
    }
  });
});

Deno.test("buildPlan() writes every scratch tensor before it reads it", () => {
  holds((plan) => {
    for (const { id, label, role } of plan.tensors) {
      if (["parameter", "state", "stream"].includes(role)) continue;
      const [first] = uses(plan, id);
      assert.equal(first?.binding.access, "read_write", label);
      assert.doesNotMatch(first!.dispatch.kernel.variant, /accumulate/, label);
      assert.ok(!first!.dispatch.kernel.constants.accumulate, label);
    }
  });
});

Deno.test("buildPlan() moves every parameter that the loss depends on once, after its last reader", () => {
  holds((plan) => {
    for (const { id, label, role } of plan.tensors) {
      if (role !== "parameter") continue;
      const accesses = uses(plan, id).map(({ binding }) => binding.access);
      const writes = accesses.filter((access) => access === "read_write");
      assert.ok(writes.length <= 1, label);
      if (writes.length === 1) {
        assert.equal(accesses.at(-1), "read_write", `${label}: ${accesses}`);
      }
    }
  });
});

Deno.test("buildPlan() reuses memory of what is no longer needed", () => {
  const layers = Array.from(
    { length: 12 },
    () => [dense({ units: 64 }), relu()],
  ).flat();
  const { tensors, buffers } = buildPlan({
    name: "deep",
    model: sequential([64], layers),
    batch: 32,
    target: subgroupTarget,
  });
  const scratch = buffers.filter(({ kind }) => kind === "scratch");
  assert.equal(tensors.filter(({ role }) => role === "scratch").length, 11);
  assert.equal(scratch.length, 2);
  assert.ok(scratch.every(({ bytes }) => bytes === 4 * 32 * 64));
});

Deno.test("buildPlan() puts all streams of a step side by side", () => {
  const { tensors } = buildPlan({
    name: "streams",
    model: sequential([7], [dense({ units: 3 })]),
    loss: crossEntropy(),
    optimizer: sgd(),
    batch: 5,
    replicas: 3,
    target: subgroupTarget,
  });
  const streams = tensors.filter(({ role }) => role === "stream");
  assert.deepEqual(
    streams.map(({ label, type, shape, replicas }) => ({
      label,
      type,
      shape,
      replicas,
    })),
    [
      { label: "x", type: "f32", shape: [5, 7], replicas: 1 },
      { label: "target", type: "u32", shape: [5], replicas: 1 },
      { label: "examples", type: "u32", shape: [1], replicas: 1 },
      { label: "learningRate", type: "f32", shape: [1], replicas: 3 },
    ],
  );
  assert.equal(new Set(streams.map(({ buffer }) => buffer)).size, 1);
  assert.equal(new Set(streams.map(({ offset }) => offset)).size, 4);
});
