/** Plans that take many steps in one dispatch: when there are any, what they cost, and that they fit their limits. */
import * as fc from "fast-check";
import assert from "node:assert/strict";
import type { Plan } from "../../lib/core/plan.ts";
import { planFacts, stepWork } from "../../lib/core/plan_summary.ts";
import { adam } from "../../lib/nn/optimizers/adam.ts";
import { add } from "../../lib/nn/layers/add.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import { torchDefault } from "../../lib/nn/initializers.ts";
import { variables } from "../../lib/nn/op/kernel_text.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { rmsprop } from "../../lib/nn/optimizers/rmsprop.ts";
import { sgd, sgdHeavyBall } from "../../lib/nn/optimizers/sgd.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { summarizePlan } from "../../lib/nn/summary.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { perceptron } from "../support/perceptrons.ts";
import { gpuTarget, plainTarget, subgroupTarget } from "../support/targets.ts";

const model = (...widths: number[]) =>
  perceptron(widths, widths.slice(2).map(() => tanh));

function planOf(options: Partial<PlanOptions> = {}): Plan {
  return buildPlan({
    name: "test",
    model: model(8, 10, 10, 8),
    loss: meanSquaredError(),
    optimizer: sgd(),
    batch: 100,
    target: subgroupTarget,
    ...options,
  });
}

const takesMany = ({ dispatches }: Plan) => dispatches[0]!.steps !== undefined;

Deno.test("buildPlan() takes many steps in one dispatch where that is faster", () => {
  // Measured on a CPU of two threads: see the costs in executor.ts.
  const cases: [width: number, replicas: number, many: boolean][] = [
    [10, 1, true],
    [10, 64, true],
    [50, 1, true],
    [50, 8, true],
    [50, 64, true],
    [200, 1, false],
    [200, 8, false],
  ];
  for (const [width, replicas, many] of cases) {
    const plan = planOf({ model: model(8, width, width, 8), replicas });
    assert.equal(takesMany(plan), many, `width ${width}, ${replicas} replicas`);
  }
  assert.ok(!takesMany(planOf({ executor: "layers" })));
});

Deno.test("buildPlan() gives many steps all that a plan has", () => {
  const plan = planOf({ executor: "steps", replicas: 3 });
  assert.equal(plan.dispatches.length, 1);
  const labels = plan.tensors.map(({ label, role }) => `${role} ${label}`);
  const layers = planOf({ executor: "layers", replicas: 3 });
  for (const { label, role } of layers.tensors) {
    if (role === "scratch") continue;
    assert.ok(labels.includes(`${role} ${label}`), label);
  }
  assert.equal(plan.parameters, layers.parameters);
  const facts = planFacts(summarizePlan(plan, subgroupTarget));
  assert.match(
    facts.find(({ name }) => name === "dispatches")!.text,
    /^1 for up to \d+ steps$/,
  );
});

Deno.test("buildPlan() says why it cannot take many steps in one dispatch", () => {
  const shared = graph((g) => {
    const weight = g.parameter("W", [4, 4], torchDefault(4));
    const layer = () => dense({ weight, bias: false });
    return g.apply(layer(), g.apply(layer(), g.input("x", [4])));
  });
  const fork = graph((g) => {
    const x = g.input("x", [4]);
    const a = g.apply(dense({ units: 4 }), x);
    return g.apply(add(), a, g.apply(dense({ units: 4 }), x));
  });
  const cases: [Partial<PlanOptions>, RegExp][] = [
    [{ loss: undefined, optimizer: undefined }, /it has no loss/],
    [{ loss: givenGradient() }, /no loss that can be taken by columns/],
    [
      { optimizer: undefined, gradients: true },
      /dense3\.dWeight is to be read|no optimizer/,
    ],
    [{ optimizer: undefined }, /differentiates no loss/],
    [{ clipNorm: 1 }, /needs the gradients of all layers/],
    [{ gradientNorm: true }, /needs the gradients of all layers/],
    [{ keepGradients: true }, /dense3\.dWeight is to be read after a step/],
    [{ inputGradients: true }, /dX is to be read after a step/],
    [{ outputs: ["dense2"] }, /dense2\.output is to be read after a step/],
    [{ model: shared }, /layers share a parameter/],
    [{ model: fork }, /dense2 is no dense layer|add1 is no dense layer/],
    [
      { model: sequential([4], [dense({ units: 3 }), tanh(), relu()]) },
      /relu1 is no dense layer, nor the activation of one/,
    ],
    [
      { model: sequential([4], [tanh(), dense({ units: 3 })]) },
      /tanh1 is no dense layer/,
    ],
    [
      {
        model: sequential([4], [
          dense({ units: 3 }),
          dropout({ probability: 0.5 }),
        ]),
      },
      /dropout1 is no dense layer/,
    ],
    [{ model: model(8, 257, 8) }, /a layer has 257 units, above 256/],
    [
      { model: model(256, 256, 256, 256), batch: 10_000 },
      /a step runs \d+ loop iterations per invocation/,
    ],
  ];
  for (const [options, reason] of cases) {
    assert.throws(
      () => planOf({ ...options, executor: "steps" }),
      (error: Error) =>
        /Cannot plan test with executor steps: .*; leave the choice/.test(
          error.message,
        ) && reason.test(error.message) && error instanceof RangeError,
      `${reason}`,
    );
    assert.ok(!takesMany(planOf(options)), `${reason}`);
  }
});

Deno.test("buildPlan() takes many steps behind a flatten that moves nothing", () => {
  const flat = sequential([2, 2, 2], [flatten(), dense({ units: 3 })]);
  assert.ok(takesMany(planOf({ model: flat, executor: "steps" })));
});

const options = fc.record({
  widths: fc.array(fc.integer({ min: 1, max: 256 }), {
    minLength: 2,
    maxLength: 12,
  }),
  batch: fc.integer({ min: 1, max: 300 }),
  replicas: fc.constantFrom(1, 3, 100),
  ownData: fc.boolean(),
  optimizer: fc.constantFrom(
    sgd(),
    sgd({ momentum: 0.9 }),
    sgdHeavyBall({ momentum: 0.9, weightDecay: "stream" }),
    rmsprop({ momentum: 0.9 }),
    adam({ weightDecay: "stream" }),
  ),
  loss: fc.constantFrom(crossEntropy(), meanSquaredError()),
  target: fc.constantFrom(
    { ...subgroupTarget, subgroupBarrier: true },
    subgroupTarget,
    plainTarget,
    gpuTarget,
  ),
});

function holds(property: (plan: Plan, layers: Plan) => void): void {
  fc.assert(
    fc.property(options, ({ widths, ...rest }) => {
      const given = { model: model(...widths), ...rest };
      const plan = planOf(given);
      if (!takesMany(plan)) return;
      property(plan, planOf({ ...given, executor: "layers" }));
    }),
    { seed: 1, numRuns: 150 },
  );
}

Deno.test("many steps stay below every limit, and one more would pass one", () => {
  holds(({ dispatches, buffers }) => {
    const { iterations, steps = 1 } = dispatches[0]!;
    const records = buffers.filter(({ kind }) =>
      kind === "streams" || kind === "metrics"
    );
    const bytes = Math.max(...records.map(({ bytes }) => bytes));
    const { maxBindingBytes } = subgroupTarget;
    assert.ok(iterations <= 59_000, `${iterations}`);
    assert.ok(steps * bytes <= maxBindingBytes, `${steps} × ${bytes}`);
    assert.ok(
      iterations * (1 + 1 / steps) > 58_900 ||
        (steps + 1) * bytes > maxBindingBytes,
      `${steps} steps, ${iterations} iterations, ${bytes} bytes`,
    );
  });
});

Deno.test("many steps do the work of the same layers one by one", () => {
  holds((plan, layers) => {
    const found = summarizePlan(plan, subgroupTarget);
    const expected = summarizePlan(layers, subgroupTarget);
    found.layers.forEach(({ label, forward, backward, size }, i) => {
      const other = expected.layers[i]!;
      const counts = ({ flops, products }: typeof forward) => [flops, products];
      assert.equal(size, other.size);
      assert.deepEqual(counts(forward), counts(other.forward), label);
      assert.deepEqual(counts(backward), counts(other.backward), label);
    });
    const { flops, bytes, products } = plan.dispatches[0]!;
    const { all } = stepWork(found);
    assert.deepEqual(all, { flops, bytes, products, dispatches: 1 });
    assert.equal(flops, stepWork(expected).all.flops);
  });
});

Deno.test("many steps bind what their shader declares, and fill its uniform block", () => {
  holds(({ dispatches: [dispatch], tensors, buffers }) => {
    const { kernel, bindings, sizes } = dispatch!;
    const declared = variables(kernel.code);
    for (const { name, index, access } of bindings) {
      assert.deepEqual(declared.get(name), { index, kind: access });
    }
    assert.equal(declared.size, bindings.length + 1);
    assert.equal(declared.get("sizes")?.index, sizes?.index);
    assert.equal(sizes!.words.length, wordsOf("Sizes", kernel.code));
    for (const constant of Object.keys(kernel.constants)) {
      assert.match(kernel.code, new RegExp(`override ${constant}: `));
    }
    const bound = bindings.map(({ tensor }) => tensors[tensor]!.buffer);
    assert.equal(new Set(bound).size, buffers.length, "each buffer once");
  });
});

Deno.test("many steps keep tensors apart", () => {
  holds(({ tensors, buffers }) => {
    for (const a of tensors) {
      const end = a.offset + 4 * a.replicas *
          a.shape.reduce((product, size) => product * size, 1);
      assert.ok(end <= buffers[a.buffer]!.bytes, a.label);
      assert.equal(a.offset % 256, 0, a.label);
      for (const b of tensors) {
        if (a === b || a.buffer !== b.buffer || a.offset > b.offset) continue;
        assert.ok(end <= b.offset, `${a.label} and ${b.label}`);
      }
    }
  });
});

/** Words of a WGSL type of numbers, vectors, arrays and structs. */
function wordsOf(type: string, code: string): number {
  if (type === "u32") return 1;
  if (type === "vec4u") return 4;
  const array = type.match(/^array<(\w+), (\w+)>$/);
  if (array) {
    const [, element, length] = array;
    const count = code.match(new RegExp(`const ${length} = (\\d+)u`))![1];
    return Number(count) * wordsOf(element!, code);
  }
  const [, body] = code.match(new RegExp(`struct ${type} \\{([^}]*)\\}`))!;
  const fields = body!.replaceAll(/\/\/.*/g, "")
    .matchAll(/\w+: (array<[^>]*>|\w+)/g);
  return [...fields].reduce((sum, [, field]) => sum + wordsOf(field!, code), 0);
}
