import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { add } from "../../lib/nn/layers/add.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { graph, sequential } from "../../lib/nn/graph.ts";
import {
  heNormal,
  normal,
  torchDefault,
  uniform,
  xavierNormal,
  zeros,
} from "../../lib/nn/initializers.ts";
import { initialParameters } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import rng from "../fixtures/rng.json" with { type: "json" };
import { assertClose } from "../support/compare.ts";

Deno.test("sequential() names nodes and parameters by kind and number", () => {
  const model = sequential([6], [
    dense({ units: 5 }),
    relu(),
    dense({ units: 3, bias: false }),
    relu(),
  ]);
  assert.deepEqual(
    model.nodes.map(({ label, shape }) => [label, ...shape]),
    [["dense1", 5], ["relu1", 5], ["dense2", 3], ["relu2", 3]],
  );
  assert.deepEqual(
    model.parameters.map(({ label, shape }) => [label, ...shape]),
    [["dense1.weight", 5, 6], ["dense1.bias", 5], ["dense2.weight", 3, 5]],
  );
  assert.equal(model.output, model.nodes.at(-1));
});

Deno.test("graph() lists a shared parameter once", () => {
  const model = graph((g) => {
    const weight = g.parameter("W", [4, 4], torchDefault(4));
    const u = g.apply(dense({ weight, bias: false }), g.input("x", [4]));
    return g.apply(add(), u, g.apply(dense({ weight, bias: false }), u));
  });
  assert.deepEqual(model.parameters.map(({ label }) => label), ["W"]);
  const [first, second] = model.nodes;
  assert.equal(first!.parameters.weight, second!.parameters.weight);
});

for (const { seed, linear_5_3: { weight, bias } } of rng) {
  Deno.test(`initialParameters() draws PyTorch's Linear(5, 3) at seed ${seed}`, () => {
    const model = sequential([5], [dense({ units: 3 })]);
    const values = initialParameters(model, new TorchRandom(seed));
    assert.deepEqual(Object.keys(values), ["dense1.weight", "dense1.bias"]);
    assert.deepEqual(
      [...values["dense1.weight"]!],
      weight.flat().map(Math.fround),
    );
    assert.deepEqual([...values["dense1.bias"]!], bias.map(Math.fround));
  });
}

Deno.test("initialParameters() draws in the order of the layers, weight before bias", () => {
  const model = sequential([5], [
    dense({ units: 3 }),
    relu(),
    dense({ units: 2 }),
  ]);
  const random = new TorchRandom(7);
  const draw = (count: number, fan: number) => {
    const bound = Math.fround(1 / Math.sqrt(fan));
    return random.uniform(count, -bound, bound);
  };
  assert.deepEqual(initialParameters(model, new TorchRandom(7)), {
    "dense1.weight": draw(15, 5),
    "dense1.bias": draw(3, 5),
    "dense2.weight": draw(6, 3),
    "dense2.bias": draw(2, 3),
  });
});

Deno.test("initializers have the deviation that they promise", () => {
  const shape = [200, 50];
  const deviations: [ReturnType<typeof normal>, number][] = [
    [normal(0.3), 0.3],
    [heNormal, Math.sqrt(2 / 50)],
    [xavierNormal, Math.sqrt(1 / 50)],
    [uniform(-3, 3), Math.sqrt(3)],
  ];
  for (const [initial, deviation] of deviations) {
    const values = initial(new TorchRandom(1), shape);
    const square = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    // 10,000 draws: the deviation of a deviation is below 1 %.
    assertClose([Math.sqrt(square)], [deviation], { tolerance: 0.03 });
  }
  const random = new TorchRandom(1);
  assert.deepEqual(zeros(random, [2, 3]), new Float32Array(6));
  assert.equal(random.next(), new TorchRandom(1).next());
});

Deno.test("dense() starts its bias at zero beside weights of another kind", () => {
  const model = sequential([4], [dense({ units: 2, initial: heNormal })]);
  const { "dense1.bias": bias } = initialParameters(model, new TorchRandom(1));
  assert.deepEqual(bias, new Float32Array(2));
});

Deno.test("dense() refuses units that are no positive integer", () => {
  assert.throws(() => dense({}), /Cannot make dense without units/);
  for (const units of [0, -1, 1.5, NaN]) {
    assert.throws(
      () => dense({ units }),
      new RegExp(`dense with units ${units}`),
    );
  }
});

Deno.test("graph() refuses shapes that layers cannot take, naming both", () => {
  assert.throws(
    () => sequential([1, 28, 28], [dense({ units: 3 })]),
    /shape \[1,1,28,28\]: it must be \[batch, features\]/,
  );
  assert.throws(
    () => graph((g) => g.apply(add(), g.input("a", [3]), g.input("b", [4]))),
    /Cannot add \[1,3\] and \[1,4\]/,
  );
  assert.throws(
    () =>
      graph((g) => {
        const weight = g.parameter("W", [3, 5], zeros);
        return g.apply(dense({ weight }), g.input("x", [4]));
      }),
    /weight W of shape \[3,5\]: 3 units on 4 features need \[3,4\]/,
  );
});

Deno.test("graph() refuses sizes that are no positive integers, naming the argument", () => {
  for (const size of [0, -2, 1.5, NaN]) {
    assert.throws(
      () => sequential([3, size], [relu()]),
      { name: "TypeError", message: /input x of shape .* axis 1 is/ },
    );
    assert.throws(
      () => graph((g) => (g.parameter("W", [size], zeros), g.input("x", [1]))),
      { name: "TypeError", message: /W of shape .* axis 0 is/ },
    );
  }
});

Deno.test("graph() refuses two arrays of one name", () => {
  assert.throws(
    () => graph((g) => g.apply(add(), g.input("x", [3]), g.input("x", [3]))),
    /two .* named x/,
  );
  assert.throws(
    () =>
      graph((g) => {
        g.parameter("dense1.weight", [3], zeros);
        return g.apply(dense({ units: 2 }), g.input("x", [3]));
      }),
    /two .* named dense1\.weight/,
  );
});

Deno.test("graph() refuses a layer on nothing and a model without layers", () => {
  for (const layer of [relu(), dense({ units: 2 }), add()]) {
    assert.throws(
      () => graph((g) => g.apply(layer)),
      { name: "RangeError", message: /inputs/ },
    );
  }
  assert.throws(
    () => graph((g) => g.apply(relu(), g.input("a", [1]), g.input("b", [1]))),
    /relu to 2 inputs/,
  );
  assert.throws(() => sequential([3], []), /no layers/);
});

Deno.test("graph() refuses a parameter and a node of another graph", () => {
  const other = sequential([3], [dense({ units: 3 })]);
  const weight = other.parameters[0]!;
  assert.throws(
    () => sequential([3], [dense({ weight })]),
    /parameter dense1\.weight .* another graph/,
  );
  assert.throws(
    () => graph((g) => g.apply(relu(), other.output)),
    /to dense1: it belongs to another graph/,
  );
});
