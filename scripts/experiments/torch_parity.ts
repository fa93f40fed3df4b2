/** A PyTorch program followed number by number: an MLP on MNIST. About 5 s on a software adapter. */
import { z } from "zod";
import { TorchRandom } from "../../lib/core/random.ts";
import { mnist } from "../../lib/data/mnist.ts";
import runs from "../../lib/data/reference_runs.json" with { type: "json" };
import { crossEntropy } from "../../lib/nn/cross_entropy.ts";
import { dense } from "../../lib/nn/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { relu } from "../../lib/nn/relu.ts";
import { sgd } from "../../lib/nn/sgd.ts";
import { labelledBatches } from "../../lib/train/batches.ts";
import {
  defineExperiment,
  type RunRecord,
} from "../../lib/train/experiment.ts";
import { fit } from "../../lib/train/fit.ts";
import { initialize } from "../../lib/train/initialize.ts";

/** What PyTorch 1.13 printed for this program. */
const reference = runs.find(({ name }) => name === "mnist-mlp-784-128-10-sgd")!;

const config = z.strictObject({
  hidden: z.int().min(1).max(4096).describe("width of the hidden layer"),
  batchSize: z.int().min(1).max(60_000).describe("examples per update"),
  learningRate: z.number().positive().max(100).describe("step size of SGD"),
  steps: z.int().min(1).max(100_000).describe("updates, one batch each"),
  evaluateEvery: z.int().min(1).max(100_000)
    .describe("updates between two measurements on the test set"),
});
type Config = z.output<typeof config>;

const program = {
  hidden: 128,
  batchSize: reference.batch_size,
  learningRate: 0.1,
  steps: reference.steps,
  evaluateEvery: 100,
};

/** Whether the run does what the PyTorch program did, as far as it goes. */
const isReference = ({ config, seed }: { config: Config; seed: number }) =>
  seed === reference.seed && config.hidden === program.hidden &&
  config.batchSize === program.batchSize &&
  config.learningRate === program.learningRate;

export default defineExperiment({
  id: "torch-parity",
  question: "Can a PyTorch program be followed number by number?",
  config,
  presets: {
    smoke: { ...program, steps: 60, evaluateEvery: 60 },
    quick: program,
    full: program,
  },
  async run(ctx) {
    const { hidden, batchSize, learningRate, steps, evaluateEvery } =
      ctx.config;
    const data = await mnist({ directory: ctx.dataFolder });
    for (const { name, sha256 } of data.sha256) ctx.usesData(name, sha256);
    const model = sequential([28 * 28], [
      dense({ units: hidden }),
      relu(),
      dense({ units: 10 }),
    ]);
    const { gpu, replicas } = ctx;
    const common = {
      model,
      loss: crossEntropy(),
      replicas,
      target: gpu.target,
    };
    const training = await gpu.compile(
      buildPlan({
        name: "train",
        ...common,
        optimizer: sgd(),
        batch: batchSize,
      }),
    );
    const testing = await gpu.compile(
      buildPlan({ name: "test", ...common, batch: 500, gradients: false }),
      { share: training },
    );
    const random = new TorchRandom(ctx.seed);
    initialize(training, model, { random, seed: ctx.seed });
    await fit(ctx, {
      program: training,
      source: labelledBatches(data.train),
      random,
      steps,
      learningRate,
      checkpointEvery: evaluateEvery,
      evaluations: [{
        name: "test",
        program: testing,
        source: labelledBatches(data.test),
        every: evaluateEvery,
      }],
      onStep(step) {
        const loss = reference.losses[step];
        if (isReference(ctx) && loss !== undefined) {
          ctx.record("reference.loss", step, loss);
        }
      },
    });
  },
  expect: [
    {
      name: "first loss",
      expected: "within 1e-5 of PyTorch's, relative",
      applies: isReference,
      check: (run) => within(differences(run, 1), 1e-5),
    },
    {
      name: "first 50 losses",
      expected: "within 1e-3 of PyTorch's, relative",
      applies: isReference,
      check: (run) => within(differences(run, 50), 1e-3),
    },
    {
      name: "test accuracy",
      expected: `within 0.005 of PyTorch's ${
        reference.test_accuracy.toFixed(4)
      }`,
      applies: (run) =>
        isReference(run) && run.config.steps === reference.steps,
      check(run) {
        const measured = run.series("test.accuracy").at(-1)?.value ?? NaN;
        const distance = Math.abs(measured - reference.test_accuracy);
        return { holds: distance <= 0.005, measured };
      },
    },
  ],
});

/** Relative differences of the first losses from PyTorch's. */
function differences(run: Pick<RunRecord, "series">, count: number): number[] {
  return run.series("train.loss").slice(0, count).map(({ step, value }) => {
    const expected = reference.losses[step]!;
    return Math.abs(value - expected) / expected;
  });
}

/** Whether the largest of some errors is at most `limit`. */
function within(errors: readonly number[], limit: number) {
  const measured = Math.max(...errors);
  return { holds: measured <= limit, measured };
}
