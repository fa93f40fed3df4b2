import assert from "node:assert/strict";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { testGpu } from "../support/device.ts";
import {
  firstParameters,
  openTraining,
  REPLICAS,
  steps,
} from "../support/training.ts";

const evaluation = {
  name: "evaluation",
  loss: crossEntropy(),
  gradients: false,
  batch: 5,
  replicas: REPLICAS,
};

const model = (hidden: number) =>
  sequential([6], [dense({ units: hidden }), relu(), dense({ units: 4 })]);

testGpu(
  "compile() with share evaluates the weights that another program trains",
  async (gpu) => {
    const { target } = gpu;
    const training = await openTraining(gpu);
    const shared = await gpu.compile(
      buildPlan({ ...evaluation, model: model(9), target }),
      { share: training },
    );
    const [input, next] = steps(2) as [
      ReturnType<typeof steps>[0],
      ReturnType<typeof steps>[0],
    ];
    const [before] = await shared.submit([input]);
    const [trained] = await training.submit([input]);
    assert.deepEqual(before, trained);
    const [after] = await shared.submit([next]);
    assert.deepEqual(after, (await training.submit([next]))[0]);
    assert.notDeepEqual(
      await shared.read("dense1.weight"),
      firstParameters()["dense1.weight"],
    );
    // The one that borrowed gives nothing back that the other needs.
    shared.destroy();
    await training.submit([input]);
    training.destroy();
  },
);

testGpu(
  "compile() with share refuses parameters of another size, and takes no memory",
  async (gpu) => {
    const training = await openTraining(gpu);
    const before = gpu.liveBytes;
    await assert.rejects(
      gpu.compile(
        buildPlan({ ...evaluation, model: model(8), target: gpu.target }),
        { share: training },
      ),
      /Cannot share dense1\.weight: small training has 3 × 9×6, 3 × 8×6 are needed/,
    );
    assert.equal(gpu.liveBytes, before);
    training.destroy();
  },
);
