/** Layers that move and pool numbers: pooling, flattening, concatenation, softmax. */
import assert from "node:assert/strict";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { averagePool2d } from "../../lib/nn/average_pool2d.ts";
import { concatenate } from "../../lib/nn/concatenate.ts";
import { dense } from "../../lib/nn/dense.ts";
import { flatten, flattenedLast } from "../../lib/nn/flatten.ts";
import { type Graph, graph, sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/layer.ts";
import { maxPool2d } from "../../lib/nn/max_pool2d.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/relu.ts";
import { softmax } from "../../lib/nn/softmax.ts";
import {
  assertMatchesOracle,
  type Case,
  drawValues,
  planOf,
} from "../support/cases.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { dotLoss } from "../support/dot_loss.ts";
import { testRepeats, testSizes } from "../support/sizes.ts";
import { subgroupTarget } from "../support/targets.ts";

const dot = (model: Graph, batch: number) => ({
  model,
  loss: dotLoss(),
  batch,
});

const POOLS = { maxPool2d, averagePool2d };

for (const [name, pool] of Object.entries(POOLS)) {
  // Batch, height, width, channels, kernel, stride, padding.
  testSizes(`${name}()`, [
    [1, 1, 1, 1, 1, 1, 0],
    [2, 5, 7, 3, 2, 2, 0],
    [1, 9, 8, 2, 3, 2, 1],
    [2, 7, 6, 1, 3, 1, 1],
    [1, 11, 5, 2, 2, 3, 1],
    [1, 6, 6, 5, 6, 1, 3],
    [3, 23, 17, 8, 3, 2, 0],
    // Windows that begin at odd pixels cover two of the blocks of two.
    [2, 7, 8, 4, 3, 3, 0],
    // All channels of a layer, a stride that leaves a border out.
    [1, 12, 10, 96, 3, 2, 0],
    // A window of more pixels than an invocation has.
    [1, 19, 13, 1, 11, 2, 5],
  ], (batch, height, width, channels, kernel, stride, padding) =>
    dot(
      sequential([height!, width!, channels!], [
        pool({ kernel: kernel!, stride: stride!, padding: padding! }),
      ]),
      batch!,
    ));

  testSizes(`${name}() with windows that are not square`, [
    [2, 9, 6, 3],
  ], (batch, height, width, channels) =>
    dot(
      sequential([height!, width!, channels!], [
        pool({ kernel: [3, 2], stride: [1, 3], padding: [1, 0] }),
      ]),
      batch!,
    ));

  testRepeats(
    `${name}()`,
    { ...dot(sequential([23, 17, 8], [pool({ kernel: 3, stride: 1 })]), 3) },
  );

  testGpu(`${name}() steps by its kernel unless told otherwise`, () => {
    const model = sequential([8, 6, 1], [pool({ kernel: [2, 3] })]);
    assert.deepEqual(model.output.shape, [4, 2, 1]);
  });
}

testGpu(
  "maxPool2d() gives ties to the first and lets a NaN win",
  async (gpu) => {
    // Every number in all channels: with four of them the kernel takes them together.
    for (const channels of [1, 4]) await testTies(gpu, channels);
  },
);

async function testTies(gpu: Gpu, channels: number): Promise<void> {
  const given: Case = dot(
    sequential([2, 4, channels], [maxPool2d({ kernel: 2 })]),
    3,
  );
  const plan = planOf(given, gpu.target);
  const program = await gpu.compile(plan);
  const wide = (...numbers: number[]) =>
    Float32Array.from(numbers.flatMap((n) => Array<number>(channels).fill(n)));
  // Two windows each: rows of the image one after the other.
  const x = wide(
    ...[1, 1, 0, 2, 1, 1, 2, 2],
    ...[NaN, 5, 3, 1, 9, 9, NaN, 2],
    ...[-Infinity, -Infinity, 0, -0, -Infinity, -Infinity, -1, -2],
  );
  const { streams } = drawValues(plan, given);
  const target = wide(10, 20, 30, 40, 50, 60);
  await program.submit([{ ...streams, x, target }]);
  assert.deepEqual(
    await program.read("maxPool2d1.output"),
    wide(1, 2, NaN, NaN, -Infinity, 0),
  );
  assert.deepEqual(
    await program.read("dX"),
    wide(
      ...[10, 0, 0, 20, 0, 0, 0, 0],
      ...[30, 0, 0, 0, 0, 0, 40, 0],
      ...[50, 0, 60, 0, 0, 0, 0, 0],
    ),
  );
  program.destroy();
}

testSizes(
  "flatten()",
  [[1, 1, 1, 1], [3, 5, 2, 3], [2, 9, 8, 7]],
  (batch, height, width, channels) =>
    dot(
      sequential([height!, width!, channels!], [
        relu(),
        flatten(),
        dense({ units: 3 }),
      ]),
      batch!,
    ),
);

testGpu(
  "flatten() copies where its input or output is to be read",
  async (gpu) => {
    await assertMatchesOracle(gpu, dot(sequential([2, 3, 2], [flatten()]), 3));
    await assertMatchesOracle(
      gpu,
      dot(sequential([2, 3, 2], [flatten(), dense({ units: 3 })]), 3),
    );
    await assertMatchesOracle(gpu, {
      ...dot(sequential([2, 3, 2], [relu(), flatten()]), 3),
      replicas: 2,
    });
  },
);

testGpu("flatten() adds to a gradient that is there already", async (gpu) => {
  const model = graph((g) => {
    const y = g.apply(relu(), g.input("x", [2, 3, 2]));
    const first = g.apply(dense({ units: 4 }), g.apply(flatten(), y));
    const pooled = g.apply(maxPool2d({ kernel: 2 }), y);
    const second = g.apply(dense({ units: 4 }), g.apply(flatten(), pooled));
    const third = g.apply(flatten(), y);
    return g.apply(concatenate(), first, second, third);
  });
  await assertMatchesOracle(gpu, { ...dot(model, 3), replicas: 2 });
});

Deno.test("flatten() takes no dispatch and no memory", () => {
  const labels = (layers: Layer[]) => {
    const { dispatches, buffers } = buildPlan({
      name: "flat",
      model: sequential([4, 4, 2], [maxPool2d({ kernel: 2 }), ...layers]),
      loss: dotLoss(),
      batch: 2,
      inputGradients: true,
      target: subgroupTarget,
    });
    return { dispatches: dispatches.map(({ label }) => label), buffers };
  };
  assert.deepEqual(labels([flatten(), flatten()]), labels([]));
});

Deno.test("flattenedLast() orders PyTorch's weights as our features", () => {
  const [height, width, channels] = [2, 3, 4];
  const torch = (c: number, h: number, w: number) =>
    (c * height + h) * width + w;
  const weight = Float32Array.from({ length: 2 * 24 }, (_, i) => i);
  const ours = flattenedLast(weight, [height, width, channels]);
  for (let unit = 0; unit < 2; unit++) {
    for (let h = 0; h < height; h++) {
      for (let w = 0; w < width; w++) {
        for (let c = 0; c < channels; c++) {
          const at = unit * 24 + (h * width + w) * channels + c;
          assert.equal(ours[at], unit * 24 + torch(c, h, w));
        }
      }
    }
  }
  assert.throws(
    () => flattenedLast(new Float32Array(25), [2, 3, 4]),
    /permute 25 weights: images of shape \[2,3,4\] have 24/,
  );
});

const branches = (shape: number[], widths: number[]) =>
  graph((g) => {
    const inputs = widths.map((width, i) =>
      g.input(`x${i}`, [...shape, width])
    );
    return g.apply(concatenate(), ...inputs);
  });

testSizes(
  "concatenate()",
  [
    [1, 1, 1, 1],
    [3, 5, 2, 7],
    [2, 130, 4, 3],
  ],
  (batch, rows, left, right) =>
    dot(branches([rows!, 2], [left!, right!, 1]), batch!),
);

testGpu("concatenate() takes one node twice", async (gpu) => {
  const model = graph((g) => {
    const y = g.apply(relu(), g.input("x", [2, 3]));
    return g.apply(concatenate(), y, g.apply(relu(), y), y);
  });
  await assertMatchesOracle(gpu, { ...dot(model, 5), replicas: 2 });
});

testSizes(
  "softmax()",
  [[1, 1], [5, 7], [1, 96], [70, 33], [3, 300], [2, 4097]],
  (batch, columns) => dot(sequential([columns!], [softmax()]), batch!),
);
testSizes(
  "softmax() of images",
  [[2, 5, 40]],
  (batch, rows, columns) =>
    dot(sequential([rows!, columns!], [softmax()]), batch!),
);
testRepeats("softmax()", dot(sequential([300], [softmax()]), 7));

testGpu("softmax() neither overflows nor hides a NaN", async (gpu) => {
  for (const width of [4, 80]) {
    const given = dot(sequential([width], [softmax()]), 3);
    const plan = planOf(given, gpu.target);
    const program = await gpu.compile(plan);
    const { streams } = drawValues(plan, given);
    const x = new Float32Array(3 * width);
    x.set([1e30, 0], 0);
    x.set([120, 119], 2 * width);
    x.fill(-1000, 2 * width + 2);
    x.set([0, NaN], width);
    await program.submit([{ ...streams, x }]);
    const y = await program.read("softmax1.output");
    assert.equal(y[0], 1);
    assert.ok(y[1]! < 1e-37, `${y[1]}`);
    assert.ok(y.subarray(width, 2 * width).every(Number.isNaN));
    const [first, second] = y.subarray(2 * width);
    assertClose([first!, second!], [0.7310585786300049, 0.2689414213699951], {
      tolerance: 1e-6,
    });
    program.destroy();
  }
});

const LAYERS: Record<string, () => Layer> = {
  maxPool2d: () => maxPool2d({ kernel: 2, stride: 1 }),
  averagePool2d: () => averagePool2d({ kernel: 2, stride: 1 }),
  softmax,
};
for (const [name, make] of Object.entries(LAYERS)) {
  testGpu(`${name}() adds to a gradient that is there already`, async (gpu) => {
    for (const channels of [3, 4]) {
      const model = graph((g) => {
        const x = g.input("x", [5, 4, channels]);
        const y = g.apply(relu(), x);
        return g.apply(
          concatenate(),
          g.apply(make(), y),
          g.apply(make(), y),
          g.apply(make(), x),
          g.apply(make(), x),
        );
      });
      await assertMatchesOracle(gpu, { ...dot(model, 3), replicas: 3 });
    }
  });
}

Deno.test("pooling refuses what it cannot slide over", () => {
  const pool =
    (options: Parameters<typeof maxPool2d>[0], shape = [8, 8, 3]) => () =>
      sequential(shape, [maxPool2d(options)]);
  assert.throws(
    pool({ kernel: 3, padding: 2 }),
    /maxPool2d with padding 2: it must be at most half the kernel of 3/,
  );
  assert.throws(pool({ kernel: 0 }), /maxPool2d with kernel 0/);
  assert.throws(pool({ kernel: 2, stride: 1.5 }), /maxPool2d with stride 1\.5/);
  assert.throws(pool({ kernel: 2 }, [8]), /must be \[batch, height, width/);
  assert.throws(pool({ kernel: 9 }), /window of 9 does not fit into 8/);
  assert.throws(
    () => branchesThatDiffer(),
    /Cannot concatenate \[1,2,3\] and \[1,4,3\]/,
  );
});

function branchesThatDiffer(): Graph {
  return graph((g) =>
    g.apply(concatenate(), g.input("a", [2, 3]), g.input("b", [4, 3]))
  );
}
