/** Perceptrons of different widths side by side in one plan. */
import assert from "node:assert/strict";
import type { Widths } from "../../lib/core/plan.ts";
import { TorchRandom } from "../../lib/core/random.ts";
import type { Gpu } from "../../lib/gpu/mod.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import type { Executor } from "../../lib/nn/planner/executor.ts";
import { type Graph, graph, sequential } from "../../lib/nn/graph.ts";
import { heNormal, torchDefault } from "../../lib/nn/initializers.ts";
import { buildPlan, initialParameters } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { initialNarrowParameters } from "../../lib/nn/planner/widths.ts";
import { initialize } from "../../lib/train/initialize.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { drawSteps, perceptron, trainProgram } from "../support/perceptrons.ts";
import { subgroupTarget } from "../support/targets.ts";

const SEED = 17;
const WIDTHS: Widths = [[10, 10], [3, 7], [1, 1]];

const model = (...hidden: readonly number[]) =>
  perceptron([4, ...hidden, 3], hidden.map(() => tanh));

function planOf(
  { target }: Pick<Gpu, "target">,
  made: Graph,
  options: { replicas?: number; widths?: Widths; executor?: Executor } = {},
) {
  return buildPlan({
    name: "widths",
    model: made,
    loss: meanSquaredError(),
    optimizer: sgd({ momentum: 0.9, weightDecay: 0.01 }),
    batch: 9,
    target,
    ...options,
  });
}

Deno.test("initialNarrowParameters() draws what a narrow model draws, into the corner of the wide one", () => {
  const layers = (units: number, initial = torchDefault(5)) => [
    dense({ units, initial }),
    relu(),
  ];
  const make = (a: number, b: number) =>
    sequential([5], [
      ...layers(a, heNormal),
      dense({ units: b }),
      dense({ units: 2 }),
    ]);
  const random = new TorchRandom(3);
  const found = initialNarrowParameters(make(6, 7), random, [4, 2]);
  const narrow = make(4, 2);
  const alone = new TorchRandom(3);
  const expected = initialParameters(narrow, alone);
  assert.deepEqual(random.save(), alone.save());
  for (const { label, shape: [rows, columns = 1] } of narrow.parameters) {
    const wide = make(6, 7).parameters.find((one) => one.label === label)!;
    const [, length = 1] = wide.shape;
    found[label]!.forEach((value, i) => {
      const [row, column] = [Math.floor(i / length), i % length];
      const inside = row < rows! && column < columns;
      const wanted = inside ? expected[label]![row * columns + column] : 0;
      assert.ok(Object.is(value, wanted), `${label}[${row}, ${column}]`);
    });
  }
});

for (const executor of ["layers", "steps"] as const) {
  testGpu(
    `replicas of different widths train by ${executor} as they do alone`,
    async (gpu) => {
      const replicas = WIDTHS.length;
      const wide = planOf(gpu, model(10, 10), {
        ...{ replicas, widths: WIDTHS, executor },
      });
      const program = await gpu.compile(wide);
      const random = new TorchRandom(SEED);
      initialize(program, model(10, 10), { random, seed: SEED });
      const steps = drawSteps(wide, { count: 100, seed: 4 });
      const { metrics, kept } = await trainProgram(program, { steps });
      program.destroy();
      for (const [replica, hidden] of WIDTHS.entries()) {
        const made = model(...hidden);
        const alone = await gpu.compile(planOf(gpu, made, { executor }));
        initialize(alone, made, {
          random: new TorchRandom(SEED + replica),
          seed: SEED,
        });
        const own = steps.map((step) => ({
          ...step,
          learningRate: step.learningRate!.slice(replica, replica + 1),
        }));
        const expected = await trainProgram(alone, { steps: own });
        alone.destroy();
        // Sums of the same terms, grouped otherwise, over 100 steps.
        const tolerance = 1e-5;
        assertClose(
          metrics.map(({ loss }) => loss![replica]!),
          expected.metrics.map(({ loss }) => loss![0]!),
          { tolerance, label: `loss at ${hidden}` },
        );
        // What is missing stays zero.
        for (const { label, shape } of model(10, 10).parameters) {
          const count = (values: ArrayLike<number>) =>
            Array.from(values).filter((value) => value !== 0).length;
          const length = shape.reduce((product, size) => product * size, 1);
          const [one, state] = [label, `${label}.velocity`].map((name) =>
            kept[name]!.subarray(replica * length, (replica + 1) * length)
          );
          assert.equal(count(one!), expected.kept[label]!.length, label);
          assert.equal(count(state!), expected.kept[label]!.length, label);
        }
      }
    },
  );
}

testGpu(
  "many steps never touch the units that a replica does not have",
  async (gpu) => {
    const wide = model(10, 10);
    const plan = planOf(gpu, wide, {
      ...{ replicas: WIDTHS.length, widths: WIDTHS, executor: "steps" },
    });
    const steps = drawSteps(plan, { count: 3, seed: 4 });
    const trained = async (missing: number) => {
      const program = await gpu.compile(plan);
      initialize(program, wide, { random: new TorchRandom(SEED), seed: SEED });
      for (const { label } of wide.parameters) {
        const values = await program.read(label);
        program.write(
          label,
          values.map((value) => value === 0 ? missing : value),
        );
      }
      const found = await trainProgram(program, { steps });
      program.destroy();
      return found;
    };
    const spoilt = await trained(NaN);
    const clean = await trained(0);
    assert.deepEqual(spoilt.metrics, clean.metrics);
    for (const [label, values] of Object.entries(clean.kept)) {
      if (label.endsWith("velocity")) continue;
      const expected = values.map((value) => value === 0 ? NaN : value);
      assert.deepEqual(spoilt.kept[label], expected, label);
    }
  },
);

Deno.test("buildPlan() counts narrow replicas only for what they do", () => {
  const flops = (hidden: number[], widths?: Widths, replicas?: number) =>
    planOf({ target: subgroupTarget }, model(...hidden), {
      ...{ replicas, widths, executor: "steps" },
    }).dispatches[0]!.flops;
  const alone = WIDTHS.reduce((sum, units) => sum + flops([...units]), 0);
  assert.equal(flops([10, 10], WIDTHS, WIDTHS.length), alone);
});

Deno.test("buildPlan() packs the widths of many replicas, or says that it cannot", () => {
  const replicas = 40_000;
  const widths = Array.from({ length: replicas }, (_, r) => [1 + r % 9, 10]);
  const plan = (count: number) =>
    planOf({ target: subgroupTarget }, model(10, 10), {
      ...{ replicas: count, widths: widths.slice(0, count), executor: "steps" },
    });
  const words = plan(1000).dispatches[0]!.sizes!.words.slice(-512);
  const bytes = new Uint8Array(Uint32Array.from(words).buffer);
  assert.deepEqual(
    [...bytes.subarray(0, 2000)],
    widths.slice(0, 1000).flat().map((units) => units - 1),
  );
  assert.throws(
    () => plan(replicas),
    /steps: its (tables|\w+) takes? \d+ bytes/,
  );
});

Deno.test("buildPlan() refuses widths that the model cannot have", () => {
  const wide = model(10, 10);
  const shared = graph((g) => {
    const weight = g.parameter("W", [4, 4], torchDefault(4));
    return g.apply(dense({ weight }), g.input("x", [4]));
  });
  const cases: [Graph, Widths, RegExp][] = [
    [wide, [[3, 3]], /got those of 1 replicas, need 2/],
    [wide, [[3, 3], [3]], /replica 1 has 1, the model has 2 hidden layers/],
    [wide, [[3, 3], [3, 11]], /replica 1 has 11 units of dense2, .* 1 to 10/],
    [wide, [[0, 3], [3, 3]], /replica 0 has 0 units of dense1/],
    [wide, [[1.5, 3], [3, 3]], /replica 0 has 1\.5 units of dense1/],
    [
      perceptron([4, 5, 3], [sigmoid]),
      [[2], [2]],
      /sigmoid1 may give a missing unit an output other than 0; use relu or tanh/,
    ],
    [shared, [[], []], /dense1 has a parameter that other layers may use/],
  ];
  for (const [made, widths, message] of cases) {
    assert.throws(
      () => planOf({ target: subgroupTarget }, made, { replicas: 2, widths }),
      { name: "RangeError", message },
    );
  }
  // A sigmoid after the last layer has no units to miss.
  const output = perceptron([4, 5, 3], [tanh, sigmoid]);
  planOf({ target: subgroupTarget }, output, { widths: [[2]] });
});

testGpu(
  "initialize() takes widths of its own, but no others than the plan's",
  async (gpu) => {
    const made = model(10, 10);
    const seeded = () => ({ random: new TorchRandom(SEED), seed: SEED });
    const open = (widths?: Widths) =>
      gpu.compile(
        planOf(gpu, made, { replicas: 2, widths, executor: "layers" }),
      );
    const widths = [[2, 3], [4, 5]];
    const [free, bound] = [await open(), await open(widths)];
    initialize(free, made, { ...seeded(), widths });
    initialize(bound, made, seeded());
    assert.deepEqual(
      await free.read("dense2.weight"),
      await bound.read("dense2.weight"),
    );
    assert.throws(
      () => initialize(bound, made, { ...seeded(), widths: [[2, 3], [4, 6]] }),
      /Cannot initialize widths with widths that its plan does not have/,
    );
    assert.throws(
      () => initialize(free, made, { ...seeded(), widths: [[2, 3]] }),
      /Cannot initialize widths with widths: got those of 1 replicas, need 2/,
    );
    free.destroy();
    bound.destroy();
  },
);
