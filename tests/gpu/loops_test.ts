/** A driver that ends long loops must not change a result. */
import assert from "node:assert/strict";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import type { Loss } from "../../lib/nn/op/loss.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { assertMatchesOracle, type Case } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";

const LONG = 300_000;

/** Adds `turns` ones in one invocation; says that it takes no turn, so that no plan refuses it. */
function countingLoss(turns: number): Loss {
  const file = {
    file: "count.wgsl",
    code: `// Counts to ${turns}.
@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read_write> loss: array<f32>;

@compute @workgroup_size(1)
fn count() {
  var sum = 0.0;
  for (var i = 0u; i < ${turns}u; i++) { sum += y[0]; }
  loss[0] = sum;
}
`,
  };
  return {
    kind: "count",
    build: () => ({
      target: null,
      metrics: { loss: "f32" },
      forward: ({ output, metrics }) => [{
        kind: "kernel",
        label: "count",
        file,
        entry: "count",
        reads: { y: output },
        writes: { loss: metrics.loss! },
        accumulates: [],
        over: { workgroups: 1 },
        sizes: [],
        constants: {},
        flops: turns,
        iterations: 0,
      }],
      backward: () => [],
    }),
  };
}

testGpu("openGpu() finds where the driver ends a loop", async (gpu) => {
  const turns = 100_000;
  const program = await gpu.compile(buildPlan({
    name: "count",
    model: sequential([1], [relu()]),
    loss: countingLoss(turns),
    gradients: false,
    batch: 1,
    target: gpu.target,
  }));
  const [metrics] = await program.submit([{ x: Float32Array.of(1) }]);
  program.destroy();
  assert.equal(metrics!.loss![0], Math.min(turns, gpu.target.maxIterations));
});

/** Fails if not a single dispatch of the case is split. */
async function assertSplit(
  gpu: Parameters<typeof assertMatchesOracle>[0],
  given: Pick<Case, "model" | "batch" | "replicas">,
  label: RegExp,
): Promise<void> {
  // Float32 sums of 300,000 terms err by 1e-5 and more; a cut loop errs by 0.1.
  const { plan } = await assertMatchesOracle(gpu, {
    ...given,
    loss: halfSquaredNorm(),
    target: { ...gpu.target, maxIterations: 65_535 },
  }, { forward: 1e-4, gradients: 1e-4 });
  const labels = plan.dispatches.map(({ label }) => label);
  assert.ok(labels.some((name) => label.test(name)), labels.join("\n"));
}

for (const units of [2, 4]) {
  testGpu(`dense() adds ${LONG} features to ${units} units`, async (gpu) => {
    await assertSplit(gpu, {
      model: sequential([LONG], [dense({ units })]),
      batch: 2,
      replicas: 2,
    }, /dense1 forward, sum of parts/);
  });
}

testGpu(
  `dense() adds ${LONG} units to the gradient of its input`,
  async (gpu) => {
    await assertSplit(gpu, {
      model: sequential([3], [relu(), dense({ units: LONG })]),
      batch: 2,
    }, /dense1 backward input.*, sum of parts/);
  },
);

testGpu(`dense() adds the gradients of ${LONG} examples`, async (gpu) => {
  await assertSplit(gpu, {
    model: sequential([2], [dense({ units: 3 })]),
    batch: LONG,
  }, /dense1 backward weight, sum of parts/);
});

testGpu(
  "dense() adds the bias gradients of 70,001 examples for each replica",
  async (gpu) => {
    await assertSplit(gpu, {
      model: sequential([1], [dense({ units: 5 })]),
      batch: 70_001,
      replicas: 2,
    }, /dense1 backward bias, sum of parts/);
  },
);
