/** Pooling, against float64 and at its edges. */
import assert from "node:assert/strict";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { averagePool2d } from "../../lib/nn/layers/average_pool2d.ts";
import { concatenate } from "../../lib/nn/layers/concatenate.ts";
import { type Graph, graph, sequential } from "../../lib/nn/graph.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { softmax } from "../../lib/nn/layers/softmax.ts";
import {
  assertMatchesOracle,
  type Case,
  drawValues,
  planOf,
  underGradient,
} from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { testRepeats, testSizes } from "../support/sizes.ts";

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
    underGradient(
      sequential([height!, width!, channels!], [
        pool({ kernel: kernel!, stride: stride!, padding: padding! }),
      ]),
      batch!,
    ));

  testSizes(`${name}() with windows that are not square`, [
    [2, 9, 6, 3],
  ], (batch, height, width, channels) =>
    underGradient(
      sequential([height!, width!, channels!], [
        pool({ kernel: [3, 2], stride: [1, 3], padding: [1, 0] }),
      ]),
      batch!,
    ));

  testRepeats(
    `${name}()`,
    {
      ...underGradient(
        sequential([23, 17, 8], [pool({ kernel: 3, stride: 1 })]),
        3,
      ),
    },
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
  const given: Case = underGradient(
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
      await assertMatchesOracle(gpu, {
        ...underGradient(model, 3),
        replicas: 3,
      });
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
