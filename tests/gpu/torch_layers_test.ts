/** Layers and losses against PyTorch 1.13's own numbers: forward within 1e-5, gradients within 1e-4. */
import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import type { Gpu, StepValues } from "../../lib/gpu/mod.ts";
import { largest } from "../../lib/math/compare.ts";
import { add } from "../../lib/nn/layers/add.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { type Graph, graph, sequential } from "../../lib/nn/graph.ts";
import type { Loss } from "../../lib/nn/op/loss.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import bytes from "../fixtures/layers.safetensors" with { type: "bytes" };
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";

const { tensors } = decodeSafetensors(bytes);

const stored = (name: string) => tensors[name]!.data as Float32Array;

/** Runs one step and hands out what can be read. */
async function step(
  gpu: Gpu,
  { model, loss, streams, parameters = {}, read }: {
    model: Graph;
    loss: Loss;
    streams: StepValues;
    parameters?: Record<string, Float32Array>;
    read: string[];
  },
) {
  const { shape } = model.inputs[0]!;
  const plan = buildPlan({
    name: "PyTorch's vectors",
    model,
    loss,
    batch: streams.x!.length / shape[0]!,
    gradients: true,
    inputGradients: true,
    outputs: [model.output.label],
    target: gpu.target,
  });
  const program = await gpu.compile(plan);
  for (const [label, data] of Object.entries(parameters)) {
    program.write(label, data);
  }
  const examples = Uint32Array.of(plan.batch);
  const [metrics] = await program.submit([{ examples, ...streams }]);
  const found: Record<string, Float32Array> = {};
  for (const label of read) found[label] = await program.read(label);
  program.destroy();
  return { metrics: metrics!, found };
}

function compare(
  name: string,
  actual: ArrayLike<number>,
  tolerance: number,
): void {
  const expected = stored(name);
  const floor = largest(expected);
  assertClose(actual, expected, { tolerance, floor, label: name });
}

for (const name of ["linear0", "linear1", "linear2", "linear3"]) {
  testGpu(`dense() matches PyTorch's ${name}`, async (gpu) => {
    const [units, features] = tensors[`${name}/w`]!.shape;
    const { found } = await step(gpu, {
      model: sequential([features!], [dense({ units: units! })]),
      loss: givenGradient(),
      streams: { x: stored(`${name}/x`), target: stored(`${name}/dy`) },
      parameters: {
        "dense1.weight": stored(`${name}/w`),
        "dense1.bias": stored(`${name}/b`),
      },
      read: ["dense1.output", "dX", "dense1.dWeight", "dense1.dBias"],
    });
    compare(`${name}/y`, found["dense1.output"]!, 1e-5);
    compare(`${name}/d_x`, found.dX!, 1e-4);
    compare(`${name}/d_w`, found["dense1.dWeight"]!, 1e-4);
    compare(`${name}/d_b`, found["dense1.dBias"]!, 1e-4);
  });
}

for (const [name, layer] of Object.entries({ relu, sigmoid, tanh })) {
  testGpu(`${name}() matches PyTorch`, async (gpu) => {
    const { found } = await step(gpu, {
      model: sequential([11], [layer()]),
      loss: givenGradient(),
      streams: { x: stored(`${name}/x`), target: stored(`${name}/dy`) },
      read: [`${name}1.output`, "dX"],
    });
    compare(`${name}/y`, found[`${name}1.output`]!, 1e-5);
    compare(`${name}/d_x`, found.dX!, 1e-4);
  });
}

/** The input plus zero: a model that hands a loss exactly the numbers of a vector. */
function identity(width: number): Graph {
  return graph((g) =>
    g.apply(add(), g.input("x", [width]), g.input("zero", [width]))
  );
}

/** Compares a loss and its gradient at stored inputs. */
async function assertLoss(
  gpu: Gpu,
  name: string,
  { loss, target }: { loss: Loss; target: Float32Array | Uint32Array },
) {
  const x = stored(`${name}/x`);
  const { metrics, found } = await step(gpu, {
    model: identity(tensors[`${name}/x`]!.shape[1]!),
    loss,
    streams: { x, target, zero: new Float32Array(x.length) },
    read: ["dX"],
  });
  compare(`${name}/y`, metrics.loss!, 1e-5);
  const [upstream] = stored(`${name}/dy`);
  compare(`${name}/d_x`, found.dX!.map((g) => g * upstream!), 1e-4);
  return metrics;
}

for (const name of ["cross_entropy0", "cross_entropy1", "cross_entropy2"]) {
  testGpu(`crossEntropy() matches PyTorch's ${name}`, async (gpu) => {
    const classes = Uint32Array.from(
      tensors[`${name}/t_i64`]!.data as BigInt64Array,
      Number,
    );
    const { correct } = await assertLoss(gpu, name, {
      loss: crossEntropy(),
      target: classes,
    });
    const { data, shape } = tensors[`${name}/x`]!;
    const expected = classes.reduce((sum, right, row) => {
      const logits = Array.from(
        { length: shape[1]! },
        (_, j) => Number(data[row * shape[1]! + j]),
      );
      return sum + Number(logits.indexOf(Math.max(...logits)) === right);
    }, 0);
    assert.equal(correct![0], expected);
  });
}

testGpu("meanSquaredError() matches PyTorch", async (gpu) => {
  await assertLoss(gpu, "mse", {
    loss: meanSquaredError(),
    target: stored("mse/t"),
  });
});
