import assert from "node:assert/strict";
import { backward, constant, variable } from "../../lib/math/autodiff.ts";
import { convolution } from "../../lib/math/convolution.ts";
import { mul, sum } from "../../lib/math/operations.ts";
import { relativeError } from "../../lib/math/compare.ts";
import { convPlan } from "../../scripts/bench/conv/nabla.ts";
import { conv } from "../../scripts/bench/conv/section.ts";
import {
  type Conv,
  convArrays,
  convShapes,
  type Pass,
} from "../../scripts/bench/conv/workload.ts";
import { sampleEntries } from "../../scripts/bench/entries.ts";
import { permute } from "../../scripts/bench/permute.ts";
import { subgroupTarget } from "../support/targets.ts";

const small = (pass: Pass): Conv => ({
  kind: "conv",
  name: "small",
  pass,
  batch: 3,
  size: 6,
  inputs: 4,
  outputs: 8,
  kernel: 3,
  padding: 1,
});

for (const padding of [0, 1, 2]) {
  Deno.test(`conv.expected() is the convolution and its gradients, padding ${padding}`, () => {
    const workload = { ...small("forward"), padding };
    const arrays = convArrays(workload);
    const shapes = convShapes(workload);
    const x = variable(arrays.x, shapes.x);
    const weight = variable(arrays.weight, shapes.weight);
    const sliding = { stride: [1, 1], padding: [padding, padding] };
    const y = convolution(x, weight, sliding);
    assert.deepEqual(y.shape, shapes.y);
    backward(sum(mul(y, constant(arrays.y, shapes.y))));
    const wanted = { forward: y.value, input: x.grad, weight: weight.grad };
    for (const [pass, values] of Object.entries(wanted)) {
      const expected = conv.expected({ ...workload, pass: pass as Pass });
      const { error } = relativeError(expected, sampleEntries(values));
      assert.ok(error < 1e-12, `${pass} differs by ${error}`);
    }
  });
}

for (const workload of conv.workloads) {
  Deno.test(`convPlan() of ${workload.name} is that pass and nothing else`, () => {
    const { plan, operands, result } = convPlan(workload, subgroupTarget);
    const byLabel = new Map(plan.tensors.map((one) => [one.label, one]));
    const sizes = convShapes(workload);
    const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b);
    for (const [array, label] of operands) {
      assert.equal(size(byLabel.get(label)!.shape), size(sizes[array]));
    }
    assert.ok(byLabel.has(result), `has no ${result}`);
    const flops = plan.dispatches.reduce((sum, one) => sum + one.flops, 0);
    const expected = conv.work(workload);
    // Adding up parts adds some, and so do taps beyond the border: 25² / 23² of
    // the products for an input without padding.
    assert.ok(
      flops >= 0.9 * expected && flops < 1.2 * expected,
      `${flops} FLOPs, ${expected} expected`,
    );
  });
}

Deno.test("conv.work() counts the products of every tap", () => {
  // 3 · 6 · 6 pixels, 8 outputs, 4 inputs, 9 taps, with padding counted.
  assert.equal(conv.work(small("forward")), 2 * 3 * 36 * 8 * 4 * 9);
});

Deno.test("conv.given() leaves the other libraries less, and says who cannot", () => {
  const [forward, , weight] = conv.workloads;
  assert.equal(conv.given!(forward!, "nabla"), forward);
  const peer = conv.given!(forward!, "jax-js-webgpu") as Conv;
  assert.ok(peer.batch < forward!.batch);
  assert.deepEqual({ ...peer, batch: forward!.batch }, forward);
  assert.match(conv.given!(weight!, "tfjs-wasm") as string, /no gradient/);
});

Deno.test("permute() moves axes, and back", () => {
  const values = Float32Array.from({ length: 24 }, (_, i) => i);
  const turned = permute(values, [2, 3, 4], [2, 0, 1]);
  assert.deepEqual(turned.shape, [4, 2, 3]);
  assert.equal(turned.values[3 * 6 + 1 * 3 + 2], values[1 * 12 + 2 * 4 + 3]);
  const back = permute(turned.values, turned.shape, [1, 2, 0]);
  assert.deepEqual(back, { values, shape: [2, 3, 4] });
});
