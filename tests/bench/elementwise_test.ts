import assert from "node:assert/strict";
import { relativeError } from "../../lib/math/compare.ts";
import { graph } from "../../lib/nn/graph.ts";
import { layerOf, SEED, STEP } from "../../scripts/bench/elementwise/layers.ts";
import { layerPlans } from "../../scripts/bench/elementwise/nabla.ts";
import {
  copyBaseline,
  elementwise,
} from "../../scripts/bench/elementwise/section.ts";
import {
  type Elementwise,
  outputShape,
  trafficOf,
  twoExamples,
} from "../../scripts/bench/elementwise/workload.ts";
import { sampleEntries } from "../../scripts/bench/entries.ts";
import { evaluate } from "../support/oracle.ts";
import { subgroupTarget } from "../support/targets.ts";
import { smallElementwise } from "./tiny.ts";

/** The oracle knows no layer that copies. */
const calculating = smallElementwise.filter(({ layer }) =>
  layer.type !== "copy"
);

for (const workload of calculating) {
  Deno.test(`elementwise.expected() of ${workload.name} is that of the whole batch`, () => {
    const { layer, shape, pass } = workload;
    const [batch, ...example] = shape as [number, ...number[]];
    const inputs = layer.type === "add" ? ["x", "other"] : ["x"];
    const model = graph((g) =>
      g.apply(layerOf(layer), ...inputs.map((name) => g.input(name, example)))
    );
    const values = twoExamples(workload);
    const whole = (two: Float32Array) =>
      Float32Array.from(
        { length: two.length / 2 * batch },
        (_, i) => two[i % two.length]!,
      );
    const { label } = model.nodes[0]!;
    const { output, gradients } = evaluate(model, {
      rows: batch,
      inputs: { x: whole(values.x), other: whole(values.other) },
      parameters: {
        [`${label}.weight`]: values.weight,
        [`${label}.bias`]: values.bias,
      },
      loss: "given gradient",
      target: whole(values.dY),
      seed: SEED,
      step: STEP,
    });
    const wanted = pass === "forward" ? output : gradients.dX!;
    const { error } = relativeError(
      elementwise.expected(workload),
      sampleEntries(wanted),
      { floor: 1 },
    );
    assert.ok(error < 1e-12, `differs by ${error}`);
  });
}

for (const workload of elementwise.workloads) {
  Deno.test(`layerPlans() of ${workload.name} are its passes and nothing else`, () => {
    const { forward, backward, operands, results } = layerPlans(
      workload,
      subgroupTarget,
    );
    const shapeIn = (plan: typeof forward, label: string) =>
      plan.tensors.find((tensor) => tensor.label === label)?.shape;
    assert.deepEqual(shapeIn(forward, operands.x), workload.shape);
    assert.deepEqual(
      shapeIn(forward, results.forward),
      outputShape(workload),
    );
    assert.deepEqual(shapeIn(backward, operands.dY), outputShape(workload));
    assert.deepEqual(shapeIn(backward, results.backward), workload.shape);
    for (const { dispatches } of [forward, backward]) {
      for (const { label } of dispatches) {
        assert.ok(label.startsWith(workload.layer.type), label);
      }
    }
    // What a pass really moves is at least what it must.
    const plan = { forward, backward }[workload.pass];
    const moved = plan.dispatches.reduce((sum, { bytes }) => sum + bytes, 0);
    assert.ok(moved >= trafficOf(workload), `${moved} bytes`);
  });
}

Deno.test("trafficOf() counts every input and every output once", () => {
  const traffic = (type: string, pass: string) =>
    trafficOf(
      smallElementwise.find((one) =>
        one.layer.type === type && one.pass === pass
      )!,
    );
  // 4 × 6 × 5 × 8 numbers in, 4 × 2 × 2 × 8 out.
  assert.equal(traffic("maxPool2d", "forward"), 4 * (960 + 128 + 128));
  assert.equal(traffic("maxPool2d", "backward"), 4 * (128 + 128 + 960));
  assert.equal(traffic("averagePool2d", "backward"), 4 * (128 + 960));
  assert.equal(traffic("relu", "forward"), 4 * 2 * 960);
  assert.equal(traffic("relu", "backward"), 4 * 3 * 960);
  assert.equal(traffic("add", "forward"), 4 * 3 * 960);
  assert.equal(traffic("batchNorm", "backward"), 4 * 3 * 960);
});

Deno.test("copyBaseline() moves the bytes it is asked for, if it copies", () => {
  for (const workload of elementwise.workloads) {
    const bytes = trafficOf(workload);
    const { workload: copy } = copyBaseline(bytes);
    assert.equal(trafficOf(copy as Elementwise), bytes);
  }
  const { workload, work } = copyBaseline(3200);
  const right = elementwise.expected(workload as Elementwise);
  assert.equal(work(right), 3200);
  assert.throws(() => work(right.with(3, 1)), /wrong values/);
});
