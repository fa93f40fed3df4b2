/** Dropout: the masks it draws, and what it does with them. */
import assert from "node:assert/strict";
import { sizeOf } from "../../lib/core/shape.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { add } from "../../lib/nn/layers/add.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { dropout, generator } from "../../lib/nn/layers/dropout.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { elementwise } from "../../lib/nn/op/ops.ts";
import type { Layer } from "../../lib/nn/op/layer.ts";
import {
  assertMatchesOracle,
  type Case,
  underGradient,
} from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { testRepeats, testSizes } from "../support/sizes.ts";
import { subgroupTarget } from "../support/targets.ts";

// The oracle draws the masks with a generator of its own.
testSizes(
  "dropout()",
  [[1, 1], [5, 7], [3, 2], [65, 67]],
  (batch, width) =>
    underGradient(
      sequential([width!], [dropout({ probability: 0.3 })]),
      batch!,
    ),
);
testSizes(
  "dropout() between layers",
  [[9, 6, 5]],
  (batch, width, units) =>
    underGradient(
      sequential([width!], [
        dense({ units: units! }),
        dropout({ probability: 0.5 }),
        relu(),
        dropout({ probability: 0.1 }),
        dense({ units: 3 }),
      ]),
      batch!,
    ),
);
testRepeats(
  "dropout()",
  underGradient(sequential([67], [dropout({ probability: 0.3 })]), 65),
);

testGpu("dropout() adds to a gradient that is there already", async (gpu) => {
  const model = graph((g) => {
    const x = g.input("x", [7]);
    const y = g.apply(relu(), x);
    const half = () => dropout({ probability: 0.5 });
    const sum = g.apply(add(), g.apply(half(), y), g.apply(half(), y));
    return g.apply(add(), sum, g.apply(half(), x));
  });
  await assertMatchesOracle(gpu, { ...underGradient(model, 5), replicas: 3 });
});

testGpu("dropout() hands everything on in evaluation", async (gpu) => {
  const layer = () => dropout({ probability: 0.5 });
  const cases: Case[] = [
    underGradient(sequential([5], [layer()]), 3),
    underGradient(sequential([5], [dense({ units: 4 }), layer(), relu()]), 3),
  ];
  for (const given of cases) {
    const run = await assertMatchesOracle(gpu, {
      ...given,
      training: false,
      replicas: 2,
    });
    assert.ok(!("seed" in run.streams) && !("step" in run.streams));
  }
});

Deno.test("dropout() takes no dispatch in evaluation", () => {
  const labels = (layers: Layer[]) =>
    buildPlan({
      name: "evaluated",
      model: sequential([4], [relu(), ...layers, dense({ units: 2 })]),
      batch: 2,
      target: subgroupTarget,
    }).dispatches.map(({ label }) => label);
  assert.deepEqual(labels([dropout({ probability: 0.5 })]), labels([]));
});

Deno.test("dropout() refuses a probability out of range", () => {
  for (const probability of [-0.1, 1.1, NaN]) {
    assert.throws(
      () => dropout({ probability }),
      new RegExp(`dropout with probability ${probability}`),
    );
  }
});

const WIDTH = 1000;
const BATCH = 50;

/** Masks of steps `0, 1, …` as zeros and ones, of every replica. */
async function masks(
  gpu: Gpu,
  { seeds, steps, probability, layers = 1 }: {
    seeds: number[];
    steps: readonly number[];
    probability: number;
    layers?: number;
  },
): Promise<Uint8Array[]> {
  const model = graph((g) => {
    const x = g.input("x", [WIDTH]);
    let node = g.apply(dropout({ probability }), x);
    for (let i = 1; i < layers; i++) {
      node = g.apply(dropout({ probability }), x);
    }
    return node;
  });
  const program = await gpu.compile(buildPlan({
    name: "masks",
    model,
    training: true,
    batch: BATCH,
    replicas: seeds.length,
    target: gpu.target,
  }));
  const x = new Float32Array(BATCH * WIDTH).fill(1);
  const seed = Uint32Array.from(seeds);
  const found: Uint8Array[] = [];
  for (const step of steps) {
    await program.submit([{ x, seed, step: Uint32Array.of(step) }]);
    const y = await program.read(`dropout${layers}.output`);
    const kept = Math.fround(1 / Math.fround(1 - Math.fround(probability)));
    assert.ok(y.every((v) => v === 0 || Math.abs(v - kept) < 1e-6 * kept));
    found.push(Uint8Array.from(y, (v) => v === 0 ? 0 : 1));
  }
  program.destroy();
  return found;
}

/** Fraction of places where two masks agree. */
const agreement = (a: Uint8Array, b: Uint8Array) =>
  a.reduce((sum, m, i) => sum + Number(m === b[i]), 0) / a.length;

// 50,000 draws: four deviations of a rate near ½ are 0.009.
const SPREAD = 0.009;

testGpu("dropout() drops the fraction that it is told", async (gpu) => {
  for (const probability of [0, 0.1, 0.5, 0.9]) {
    const [mask] = await masks(gpu, { seeds: [1], steps: [0], probability });
    const kept = mask!.reduce((sum, m) => sum + m, 0) / mask!.length;
    assert.ok(Math.abs(kept - (1 - probability)) < SPREAD, `kept ${kept}`);
  }
});

testGpu("dropout() keeps the expectation", async (gpu) => {
  const steps = Array.from({ length: 40 }, (_, step) => step);
  const probability = 0.2;
  const found = await masks(gpu, { seeds: [3], steps, probability });
  const kept = new Float64Array(WIDTH);
  for (const mask of found) mask.forEach((m, i) => kept[i % WIDTH]! += m);
  // A feature is drawn 2000 times; five deviations of its mean are 0.056.
  for (const count of kept) {
    const mean = count / (steps.length * BATCH) / (1 - probability);
    assert.ok(Math.abs(mean - 1) < 0.056, `mean ${mean}`);
  }
});

testGpu(
  "dropout() draws independent masks for steps, layers, seeds and rows",
  async (gpu) => {
    const options = { seeds: [1, 2], steps: [0, 1, 2, 1000], probability: 0.5 };
    const half = BATCH * WIDTH;
    const all = (await masks(gpu, options)).flatMap((mask) => [
      mask.subarray(0, half),
      mask.subarray(half),
    ]);
    const [other] = await masks(gpu, { ...options, seeds: [1], layers: 2 });
    all.push(other!);
    all.push(all[0]!.map((_, i) => all[0]![(i + WIDTH) % half]!));
    all.push(all[0]!.map((_, i) => all[0]![(i + 1) % half]!));
    all.forEach((a, i) =>
      all.slice(i + 1).forEach((b) => {
        const same = agreement(a, b);
        assert.ok(Math.abs(same - 0.5) < SPREAD, `masks agree in ${same}`);
      })
    );
  },
);

testGpu(
  "dropout() draws the same for a replica as for a model alone, and again after a resume",
  async (gpu) => {
    const probability = 0.5;
    const three = await masks(gpu, {
      seeds: [7, 8, 9],
      steps: [4, 5],
      probability,
    });
    const alone = await masks(gpu, { seeds: [8], steps: [5], probability });
    const half = BATCH * WIDTH;
    assert.deepEqual(three[1]!.subarray(half, 2 * half), alone[0]);
  },
);

/** A layer that writes the words of the generator for the counters and keys it is given. */
function words(): Layer {
  const code = `// Words as halves, which float32 holds exactly.
struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> result: array<f32>;
@group(0) @binding(2) var<uniform> sizes: Sizes;

fn word(at: u32) -> u32 { return u32(x[at]) << 16u | u32(x[at + 1u]); }

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u) {
  let base = id.x * 12u;
  if (base >= 4u * sizes.cells) { return; }
  let drawn = randomWords(
    vec4u(word(base), word(base + 2u), word(base + 4u), word(base + 6u)),
    vec2u(word(base + 8u), word(base + 10u)),
  );
  for (var i = 0u; i < 4u; i++) {
    result[base + 2u * i] = f32(drawn[i] >> 16u);
    result[base + 2u * i + 1u] = f32(drawn[i] & 0xffffu);
  }
}
`;
  return {
    kind: "words",
    build: ([shape]) => ({
      output: shape!,
      parameters: {},
      forward: ({ label, inputs, output }) => [{
        ...elementwise({
          label,
          file: { file: "words.wgsl", code },
          entry: "forward",
          reads: { x: inputs[0]! },
          result: { value: output, accumulate: false },
          count: sizeOf(shape!),
          flops: 0,
        }),
        needs: generator,
      }],
      backward: () => [],
    }),
  };
}

testGpu("random.wgsl gives the published words", async (gpu) => {
  // Counters, keys and words as in kat_vectors of Random123 1.14, philox4x32-10.
  const cases = [
    {
      at: [0, 0, 0, 0, 0, 0],
      expected: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    },
    {
      at: Array<number>(6).fill(0xffffffff),
      expected: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      at: [
        ...[0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
        ...[0xa4093822, 0x299f31d0],
      ],
      expected: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ];
  const program = await gpu.compile(buildPlan({
    name: "words",
    model: sequential([12], [words()]),
    batch: cases.length,
    target: gpu.target,
  }));
  const halves = (word: number) => [word >>> 16, word & 0xffff];
  const x = Float32Array.from(cases.flatMap(({ at }) => at.flatMap(halves)));
  await program.submit([{ x }]);
  const drawn = await program.read("words1.output");
  program.destroy();
  cases.forEach(({ expected }, i) => {
    const found = drawn.subarray(12 * i, 12 * i + 8);
    assert.deepEqual([...found], expected.flatMap(halves));
  });
});

// As torch.nn.functional.dropout(x, 1.0): zeros, and zeros as gradients.
for (const probability of [1, 1 - 1e-12, 1 - 2 ** -53]) {
  testGpu(
    `dropout() with probability ${probability} gives zeros`,
    async (gpu) => {
      const { tensors } = await assertMatchesOracle(
        gpu,
        underGradient(sequential([WIDTH], [dropout({ probability })]), BATCH),
      );
      const zeros = new Float32Array(BATCH * WIDTH);
      for (const label of ["dropout1.output", "dX"]) {
        assert.deepEqual(tensors[label]!.map(Math.abs), zeros);
      }
    },
  );
}

testGpu(
  "dropout() keeps next to nothing just below probability 1",
  async (gpu) => {
    for (const probability of [2 ** -40, 1 - 2 ** -20]) {
      const [mask] = await masks(gpu, { seeds: [1], steps: [0], probability });
      const kept = mask!.reduce((sum, m) => sum + m, 0) / mask!.length;
      assert.ok(Math.abs(kept - (1 - probability)) < SPREAD, `kept ${kept}`);
    }
  },
);
