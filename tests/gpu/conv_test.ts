/**
 * Convolutions against the float64 definition: sizes of one, primes, strides
 * that do not divide, kernels larger than the image without its padding, one
 * channel and ninety-six, beyond every tile; both engines.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { conv2d, conv3d } from "../../lib/nn/layers/conv.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { assertMatchesOracle } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { subgroupTarget } from "../support/targets.ts";

interface Size {
  image: number[];
  channels: [number, number];
  kernel: number | number[];
  stride?: number | number[];
  padding?: number | number[];
  batch: number;
}

const SIZES: Size[] = [
  { image: [1, 1], channels: [1, 1], kernel: 1, batch: 1 },
  { image: [7, 5], channels: [1, 3], kernel: [3, 2], stride: 2, batch: 3 },
  { image: [4, 4], channels: [5, 7], kernel: 7, padding: 3, batch: 2 },
  {
    image: [11, 13],
    channels: [4, 8],
    kernel: 5,
    stride: 3,
    padding: 1,
    batch: 5,
  },
  { image: [9, 9], channels: [96, 1], kernel: 3, padding: 1, batch: 1 },
  { image: [5, 5], channels: [1, 96], kernel: 4, batch: 9 },
  { image: [12, 10], channels: [20, 36], kernel: 1, batch: 2 },
];

for (const size of SIZES) {
  const { image, channels, kernel, stride, padding, batch } = size;
  const name = `[${batch}, ${image}, ${channels[0]}] to ${
    channels[1]
  } channels, kernel ${size.kernel}`;
  testGpu(`conv2d() matches float64 on ${name}`, async (gpu) => {
    for (const options of [{}, { replicas: 3, ownData: true }]) {
      await assertMatchesOracle(gpu, {
        model: sequential([...image, channels[0]], [
          conv2d({ kernel, stride, padding, channels: channels[1] }),
        ]),
        loss: givenGradient(),
        batch,
        ...options,
      });
    }
  });
}

testGpu(
  "conv2d() chains with fused activations, shared data and replicas",
  (gpu) =>
    assertMatchesOracle(gpu, {
      model: sequential([8, 6, 3], [
        conv2d({ channels: 8, kernel: 3, padding: 1 }),
        tanh(),
        conv2d({ channels: 4, kernel: 3, stride: 2 }),
        relu(),
        conv2d({ channels: 2, kernel: 2 }),
      ]),
      loss: halfSquaredNorm(),
      batch: 4,
      replicas: 3,
    }).then(() => {}),
);

testGpu("conv3d() matches float64", async (gpu) => {
  await assertMatchesOracle(gpu, {
    model: sequential([4, 5, 6, 3], [
      conv3d({
        channels: 5,
        kernel: [3, 2, 3],
        stride: [1, 2, 1],
        padding: [1, 0, 2],
      }),
    ]),
    loss: givenGradient(),
    batch: 2,
  });
});

testGpu(
  "conv2d() matches float64 for any window, with both engines",
  async (gpu) => {
    const plain = { ...gpu.target, subgroupSize: null, int64: false };
    const size = fc.record({
      height: fc.integer({ min: 1, max: 9 }),
      width: fc.integer({ min: 1, max: 9 }),
      inputs: fc.constantFrom(1, 3, 4, 8),
      channels: fc.constantFrom(1, 5, 8),
      kernel: fc.integer({ min: 1, max: 4 }),
      stride: fc.integer({ min: 1, max: 3 }),
      padding: fc.integer({ min: 0, max: 3 }),
      batch: fc.integer({ min: 1, max: 6 }),
      subgroups: fc.boolean(),
    }).filter(({ height, width, kernel, padding }) =>
      Math.min(height, width) + 2 * padding >= kernel
    );
    await fc.assert(
      fc.asyncProperty(size, async (given) => {
        const { height, width, inputs, batch, subgroups, ...options } = given;
        await assertMatchesOracle(gpu, {
          model: sequential([height, width, inputs], [conv2d(options)]),
          loss: givenGradient(),
          batch,
          target: subgroups ? gpu.target : plain,
        });
      }),
      { numRuns: 25, seed: 3 },
    );
  },
);

// As large as the loops of one invocation can count on llvmpipe. Rows of 61
// pixels are those of the outer taps of the second: 61 · (1 / 61) < 1 in float32.
for (const [height, width] of [[509, 511], [4001, 62]] as const) {
  testGpu(`conv2d() finds every pixel of ${height} × ${width}`, async (gpu) => {
    const plan = buildPlan({
      name: "large plane",
      model: sequential([height, width, 1], [
        conv2d({ channels: 1, kernel: 3, padding: 1, bias: false }),
      ]),
      loss: halfSquaredNorm(),
      gradients: true,
      batch: 1,
      target: gpu.target,
    });
    const program = await gpu.compile(plan);
    try {
      // The middle tap alone is 1: y = x. Ones lie all over, in no order of rows.
      const x = Float32Array.from(
        { length: height * width },
        (_, p) => Number((p * 2654435761 >>> 0) % 3 === 0),
      );
      program.write(
        "conv2d1.weight",
        Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0),
      );
      await program.submit([{ x, examples: Uint32Array.of(1) }]);
      const gradient = await program.read("conv2d1.dWeight");
      const expected = [-1, 0, 1].flatMap((dy) =>
        [-1, 0, 1].map((dx) => {
          let sum = 0;
          for (let p = 0; p < x.length; p++) {
            const [row, column] = [Math.floor(p / width) + dy, p % width + dx];
            if (row < 0 || row >= height || column < 0 || column >= width) {
              continue;
            }
            sum += x[p]! * x[row * width + column]!;
          }
          return sum;
        })
      );
      assert.deepEqual([...gradient], expected);
    } finally {
      program.destroy();
    }
  });
}

Deno.test("conv2d() counts its operations and fuses bias, activation and update", () => {
  const plan = buildPlan({
    name: "conv",
    model: sequential([25, 25, 96], [
      conv2d({ channels: 96, kernel: 3 }),
      relu(),
    ]),
    loss: meanSquaredError(),
    optimizer: sgd(),
    batch: 64,
    target: subgroupTarget,
  });
  assert.equal(plan.parameters, 96 * 96 * 9 + 96);
  const [forward] = plan.dispatches;
  assert.match(forward!.kernel.variant, /bias, relu/);
  // A product and a sum a term, bias and activation once a number.
  assert.equal(forward!.flops, 64 * 23 * 23 * 96 * (2 * 96 * 9 + 2));
  const parts = plan.dispatches.find(({ label }) =>
    /backward weight.*parts/.test(label)
  )!;
  assert.match(parts.kernel.variant, /sgd/);
  for (const { iterations } of plan.dispatches) assert.ok(iterations < 65_535);
});

Deno.test("conv2d() refuses what does not fit, naming it", () => {
  const on = (shape: number[], options: Parameters<typeof conv2d>[0]) => () =>
    sequential(shape, [conv2d(options)]);
  assert.throws(
    on([4, 4], { channels: 1, kernel: 1 }),
    /must be \[batch, height, width, channels\]/,
  );
  assert.throws(
    on([4, 4, 1], { channels: 1, kernel: 5 }),
    /window of 5 does not fit into 4 pixels/,
  );
  assert.throws(
    on([1024, 1024, 1], { channels: 1, kernel: 1 }),
    /1024 × 1024 pixels: it must have fewer than 1048576/,
  );
  assert.throws(on([4, 4, 1], { channels: 0, kernel: 1 }), /channels 0/);
  assert.throws(
    on([4, 4, 1], { channels: 1, kernel: [1, 2, 3] }),
    /kernel \[1, 2, 3\]/,
  );
  assert.throws(
    on([4, 4, 1], { channels: 1, kernel: 1, stride: 0 }),
    /stride 0/,
  );
  assert.throws(
    on([4, 4, 1], { channels: 1, kernel: 1, padding: 0.5 }),
    /padding 0.5/,
  );
});
