/** A plan with a loss and no optimizer evaluates: loss and accuracy of PyTorch's `model.eval()`. */
import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import type { Plan } from "../../lib/core/plan.ts";
import type { Program } from "../../lib/gpu/mod.ts";
import { type Graph, sequential } from "../../lib/nn/graph.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { conv2d } from "../../lib/nn/layers/conv.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { dropout } from "../../lib/nn/layers/dropout.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import { maxPool2d } from "../../lib/nn/layers/max_pool2d.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { tanh } from "../../lib/nn/layers/tanh.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { buildPlan, type PlanOptions } from "../../lib/nn/plan.ts";
import { TILES } from "../../lib/nn/planner/lower/tiles.ts";
import { arrayBatches } from "../../lib/train/batches.ts";
import { evaluate } from "../../lib/train/evaluate.ts";
import bytes from "../fixtures/evaluation.safetensors" with { type: "bytes" };
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { forced } from "../support/tiles.ts";

const { tensors } = decodeSafetensors(bytes);

const MODELS: Record<string, Graph> = {
  mlp: sequential([6], [
    dense({ units: 8 }),
    relu(),
    dropout({ probability: 0.5 }),
    dense({ units: 4 }),
  ]),
  batchnorm: sequential([6], [
    dense({ units: 8 }),
    batchNorm(),
    relu(),
    dropout({ probability: 0.3 }),
    dense({ units: 4 }),
  ]),
  layernorm: sequential([6], [
    dense({ units: 7 }),
    layerNorm(),
    tanh(),
    dropout({ probability: 0.9 }),
    dense({ units: 4 }),
  ]),
  conv: sequential([6, 6, 3], [
    conv2d({ channels: 4, kernel: 3, padding: 1 }),
    batchNorm(),
    relu(),
    maxPool2d({ kernel: 2 }),
    dropout({ probability: 0.4 }),
    flatten(),
    dense({ units: 4 }),
  ]),
};

const LOSSES = {
  cross_entropy: { loss: crossEntropy(), target: "classes" },
  mse: { loss: meanSquaredError(), target: "values" },
} as const;

/** Parameters and running statistics by label, as PyTorch had them. */
function keptOf(name: string): [label: string, data: Float32Array][] {
  return Object.entries(tensors).flatMap(([key, { data }]) =>
    key.startsWith(`${name}/`) && key.includes(".")
      ? [[key.slice(name.length + 1), data as Float32Array]]
      : []
  );
}

function writeKept(program: Program, name: string): void {
  for (const [label, data] of keptOf(name)) program.write(label, data);
}

/** One tile of every engine. */
const ENGINES = new Map(TILES.map(({ tile }) => [tile.engine, tile]));

/** Runs all examples of a network's vector and compares loss, accuracy, and what must stay. */
async function assertEvaluates(
  program: Program,
  name: string,
  which: keyof typeof LOSSES,
): Promise<void> {
  const source = arrayBatches({
    x: tensors[`${name}/x`]!,
    target: tensors[`${name}/${LOSSES[which].target}`]!,
  });
  const { loss, accuracy } = await evaluate(program, source);
  assertClose(loss, tensors[`${name}/${which}`]!.data as Float32Array, {
    tolerance: 1e-5,
    label: `${name} ${which}`,
  });
  const right = Number(tensors[`${name}/accuracy`]!.data[0]);
  if (which === "cross_entropy") {
    assertClose(accuracy!, [right], { tolerance: 1e-6, label: "accuracy" });
  } else assert.equal(accuracy, null);
  for (const [label, before] of keptOf(name)) {
    assert.deepEqual(await program.read(label), before, `${label} moved`);
  }
}

const passes = ({ dispatches }: Plan) =>
  new Set(dispatches.map(({ pass }) => pass));

for (const name of Object.keys(MODELS)) {
  const model = MODELS[name]!;
  for (const [engine, tile] of ENGINES) {
    testGpu(`${name} evaluates as PyTorch, engine ${engine}`, async (gpu) => {
      for (const which of ["cross_entropy", "mse"] as const) {
        const plan = buildPlan({
          name,
          model,
          loss: LOSSES[which].loss,
          // The last batch has fewer examples.
          batch: which === "mse" ? 11 : 8,
          target: forced(gpu.target, tile),
        });
        assert.equal(plan.training, false);
        assert.deepEqual(passes(plan), new Set(["forward"]));
        const program = await gpu.compile(plan);
        writeKept(program, name);
        await assertEvaluates(program, name, which);
        program.destroy();
      }
    });
  }
}

for (const executor of ["layers", "steps"] as const) {
  testGpu(`a plan evaluates what ${executor} trains`, async (gpu) => {
    const model = sequential([6], [
      dense({ units: 8 }),
      relu(),
      dense({ units: 4 }),
    ]);
    const common = { model, loss: crossEntropy(), target: gpu.target };
    const training = await gpu.compile(
      buildPlan({ ...common, name: "t", optimizer: sgd(), batch: 5, executor }),
    );
    assert.equal(training.plan.training, true);
    assert.throws(
      () => buildPlan({ ...common, name: "e", batch: 8, executor: "steps" }),
      /executor steps: it differentiates no loss/,
    );
    const plan = buildPlan({ ...common, name: "e", batch: 8 });
    assert.deepEqual(passes(plan), new Set(["forward"]));
    const program = await gpu.compile(plan, { share: training });
    // The dropout of the vector's network does nothing in evaluation.
    writeKept(training, "mlp");
    await assertEvaluates(program, "mlp", "cross_entropy");
    const source = arrayBatches({
      x: tensors["mlp/x"]!,
      target: tensors["mlp/classes"]!,
    });
    await assert.rejects(
      evaluate(training, source),
      /Cannot evaluate with plan "t": it trains, .*without optimizer/,
    );
    program.destroy();
    training.destroy();
  });
}

testGpu("a plan that is not one of evaluation is refused", async (gpu) => {
  const model = MODELS.batchnorm!;
  const source = arrayBatches({
    x: tensors["batchnorm/x"]!,
    target: tensors["batchnorm/classes"]!,
  });
  const cases: [Partial<PlanOptions>, RegExp][] = [
    [{ optimizer: sgd() }, /it trains/],
    [{ optimizer: sgd(), training: false }, /it has a backward pass/],
    [{ gradients: true }, /it trains/],
    [{ training: true }, /it trains/],
    [{ accumulateGradients: true }, /it trains/],
    [{ gradientNorm: true }, /it trains/],
    [{ gradients: true, training: false }, /it has a backward pass/],
    [{ inputGradients: true }, /it has a backward pass/],
    [{ loss: undefined }, /it has no loss/],
  ];
  for (const [options, reason] of cases) {
    const program = await gpu.compile(buildPlan({
      name: "test",
      model,
      loss: crossEntropy(),
      batch: 8,
      target: gpu.target,
      ...options,
    }));
    await assert.rejects(evaluate(program, source), (error: Error) => {
      assert.match(error.message, reason);
      assert.match(error.message, /buildPlan\(\{ model, loss, batch \}\)/);
      return true;
    });
    program.destroy();
  }
});
