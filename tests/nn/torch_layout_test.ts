/** PyTorch's layout of weights against what PyTorch computes with them, written out here. */
import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { sizeOf } from "../../lib/core/shape.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { concatenate } from "../../lib/nn/layers/concatenate.ts";
import { conv2d, conv3d } from "../../lib/nn/layers/conv.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { behindFlatten, flatten } from "../../lib/nn/layers/flatten.ts";
import { type Graph, graph, sequential } from "../../lib/nn/graph.ts";
import { torchDefault, uniform } from "../../lib/nn/initializers.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { alexnetVariant } from "../../lib/nn/models/alexnet_variant.ts";
import {
  buildPlan,
  initialParameters,
  initialStates,
} from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { type Numbers, toTorchLayout } from "../../lib/nn/torch_layout.ts";
import { assertClose } from "../support/compare.ts";
import { evaluate } from "../support/oracle.ts";
import { subgroupTarget } from "../support/targets.ts";

/** First values of everything a model keeps, with shapes. */
function valuesOf(model: Graph, seed = 1): Record<string, Numbers> {
  const states = Object.fromEntries(
    model.nodes.flatMap(({ states }) => Object.values(states))
      .map(({ label, shape }) => [label, shape]),
  );
  const shapes: Record<string, readonly number[]> = {
    ...states,
    ...Object.fromEntries(
      model.parameters.map(({ label, shape }) => [label, shape]),
    ),
  };
  const values = {
    ...initialStates(model),
    ...initialParameters(model, new TorchRandom(seed)),
  };
  return Object.fromEntries(
    Object.entries(values).map((
      [label, data],
    ) => [label, { shape: shapes[label]!, data }]),
  );
}

function laidOut(model: Graph, values: Record<string, Numbers>) {
  const plan = buildPlan({
    name: "test",
    model,
    batch: 2,
    target: subgroupTarget,
  });
  return toTorchLayout(plan.layers!, values);
}

Deno.test("toTorchLayout() undoes what the AlexNet variant did to PyTorch's draws", () => {
  const model = alexnetVariant({ width: 0.05 });
  const laid = laidOut(model, valuesOf(model, 5));
  const random = new TorchRandom(5);
  for (const [name, { shape, data }] of Object.entries(laid)) {
    // PyTorch draws the weight, then the bias from the same fan.
    const [, layer, kind] = name.match(/^(.*)\.(weight|bias)$/)!;
    const weight = laid[`${layer}.weight`]!.shape;
    const fan = sizeOf(weight.slice(1));
    assert.deepEqual(
      data,
      torchDefault(fan)(random, kind === "weight" ? weight : shape),
      name,
    );
  }
  assert.deepEqual(
    Object.keys(laid),
    model.parameters.map(({ label }) => label),
  );
  assert.deepEqual(laid["conv2d3.weight"]!.shape, [12, 4, 5, 5]);
});

Deno.test("toTorchLayout() turns the weight of a 3-D convolution", () => {
  const model = sequential([4, 5, 6, 2], [
    conv3d({ channels: 3, kernel: [1, 2, 3] }),
  ]);
  const laid = laidOut(model, valuesOf(model, 9));
  const drawn = torchDefault(12)(new TorchRandom(9), [3, 2, 1, 2, 3]);
  assert.deepEqual(laid["conv3d1.weight"], {
    shape: [3, 2, 1, 2, 3],
    data: drawn,
  });
});

const HEIGHT = 5;
const WIDTH = 4;

/** Flattened images through two branches, dropout and batch normalization, side by side with plain features. */
function branched(): Graph {
  return graph((g) => {
    const image = g.input("image", [HEIGHT, WIDTH, 2]);
    const features = g.input("features", [3]);
    const convolved = g.apply(
      relu(),
      g.apply(conv2d({ channels: 3, kernel: [3, 2] }), image),
    );
    const pooled = g.apply(maxPool2d({ kernel: 2, stride: 1 }), convolved);
    const flat = g.apply(
      dropout({ probability: 0.5 }),
      g.apply(flatten(), pooled),
    );
    const normal = g.apply(batchNorm(), flat);
    const all = g.apply(concatenate(), features, normal);
    return g.apply(dense({ units: 5 }), all);
  });
}

/** The same with channels first, by the definitions. */
function torchForward(
  weights: Record<string, Numbers>,
  { image, features }: { image: Float32Array; features: Float32Array },
): number[] {
  const at = (name: string, ...index: number[]) => {
    const { shape, data } = weights[name]!;
    return data[index.reduce((sum, i, axis) => sum * shape[axis]! + i, 0)]!;
  };
  const [rows, columns] = [HEIGHT - 2, WIDTH - 1];
  const convolved = (c: number, y: number, x: number) => {
    let sum = at("conv2d1.bias", c);
    for (let i = 0; i < 2; i++) {
      for (let dy = 0; dy < 3; dy++) {
        for (let dx = 0; dx < 2; dx++) {
          sum += at("conv2d1.weight", c, i, dy, dx) *
            image[((y + dy) * WIDTH + x + dx) * 2 + i]!;
        }
      }
    }
    return Math.max(sum, 0);
  };
  const flat: number[] = [];
  for (let c = 0; c < 3; c++) {
    for (let y = 0; y < rows - 1; y++) {
      for (let x = 0; x < columns - 1; x++) {
        flat.push(Math.max(
          ...[convolved(c, y, x), convolved(c, y, x + 1)],
          ...[convolved(c, y + 1, x), convolved(c, y + 1, x + 1)],
        ));
      }
    }
  }
  const normal = flat.map((value, i) =>
    (value - at("batchNorm1.running_mean", i)) /
      Math.sqrt(at("batchNorm1.running_var", i) + 1e-5) *
      at("batchNorm1.weight", i) + at("batchNorm1.bias", i)
  );
  const all = [...features, ...normal];
  return Array.from({ length: 5 }, (_, unit) =>
    all.reduce(
      (sum, value, i) => sum + value * at("dense1.weight", unit, i),
      at("dense1.bias", unit),
    ));
}

Deno.test("toTorchLayout() gives weights that compute the same with channels first", () => {
  const model = branched();
  const random = new TorchRandom(3);
  const values = Object.fromEntries(
    Object.entries(valuesOf(model)).map(([label, { shape }]) => [label, {
      shape,
      data: random.uniform(sizeOf(shape), 0.1, 1),
    }]),
  );
  const inputs = {
    image: random.uniform(HEIGHT * WIDTH * 2, -1, 1),
    features: random.uniform(3, -1, 1),
  };
  const numbers = Object.fromEntries(
    Object.entries(values).map(([label, { data }]) => [label, data]),
  );
  const { output } = evaluate(model, {
    rows: 1,
    inputs,
    parameters: numbers,
    states: numbers,
    training: false,
    loss: "half squared norm",
  });
  const laid = laidOut(model, values);
  assert.deepEqual(laid["conv2d1.weight"]!.shape, [3, 2, 3, 2]);
  assertClose(torchForward(laid, inputs), output, {
    tolerance: 1e-12,
    floor: 1,
    label: "output",
  });
});

Deno.test("toTorchLayout() refuses one weight for features in two orders", () => {
  const initial = uniform(0, 1);
  const shared = (shape: number[]) =>
    graph((g) => {
      const weight = g.parameter("W", [8, 8], initial);
      const layer = () => dense({ weight, bias: false });
      const flat = g.apply(flatten(), g.input("x", shape));
      return g.apply(layer(), g.apply(layer(), flat));
    });
  const refused = shared([2, 2, 2]);
  assert.throws(() => laidOut(refused, valuesOf(refused)), {
    name: "NablaError",
    message: /Cannot lay W out as PyTorch does: dense2 and an earlier layer/,
  });
  // A single channel is in the same order either way.
  const fine = shared([2, 4, 1]);
  assert.equal(Object.keys(laidOut(fine, valuesOf(fine))).length, 1);
});

Deno.test("behindFlatten() draws what PyTorch draws behind its flatten", () => {
  const model = sequential([2, 3, 4], [
    flatten(),
    dense({ units: 5, initial: behindFlatten([2, 3, 4]) }),
  ]);
  const laid = laidOut(model, valuesOf(model, 4));
  assert.deepEqual(
    laid["dense1.weight"]!.data,
    torchDefault(24)(new TorchRandom(4), [5, 24]),
  );
});
