import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import { standardTarget } from "../../lib/core/standard_target.ts";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { flatten } from "../../lib/nn/layers/flatten.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { meanSquaredError } from "../../lib/nn/losses/squared_error.ts";
import { sgd } from "../../lib/nn/optimizers/sgd.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { arrayBatches } from "../../lib/train/batches.ts";
import type { Progress } from "../../lib/train/experiment.ts";
import { evaluate } from "../../lib/train/evaluate.ts";
import { fit, type FitOptions } from "../../lib/train/fit.ts";
import { rounds } from "../../lib/train/stage.ts";
import { type FakeContext, fakeContext } from "../support/fake_context.ts";
import { fakeProgram } from "../support/fake_program.ts";

const source = arrayBatches({
  x: { shape: [4, 1], data: Float32Array.of(1, 2, 3, 4) },
  target: { shape: [4, 1], data: Float32Array.of(1, 2, 3, 4) },
});

function planOf(
  training: boolean,
  { replicas = 1, classify = false } = {},
) {
  return buildPlan({
    name: training ? "training" : "testing",
    model: sequential([1], [dense({ units: classify ? 5 : 1 })]),
    loss: classify ? crossEntropy() : meanSquaredError(),
    ...training ? { optimizer: sgd() } : { gradients: false },
    batch: 2,
    replicas,
    target: standardTarget,
  });
}

/** Fits four updates without a device, with `options` on top. */
async function run(
  options: Record<string, unknown> = {},
  { losses, testLosses, ...plan }: {
    replicas?: number;
    /** Whether the targets are classes and answers are counted. */
    classify?: boolean;
    losses?: (step: number) => number;
    testLosses?: (step: number) => number;
  } = {},
) {
  const training = fakeProgram(planOf(true, plan), { losses });
  const testing = fakeProgram(planOf(false, plan), { losses: testLosses });
  const progress: Progress[] = [];
  const logs: string[] = [];
  const ctx: FakeContext = Object.assign(Object.create(fakeContext()), {
    progress: (one: Progress) => void progress.push(one),
    log: (text: string) => void logs.push(text),
  });
  const { every, misspelt, ...rest } = options;
  let error: Error | null = null;
  try {
    await fit(ctx, {
      program: training.program,
      source,
      random: new TorchRandom(0),
      steps: 4,
      learningRate: 0.1,
      evaluations: [{
        name: "test",
        program: testing.program,
        source,
        ...every === undefined ? {} : { every },
        ...misspelt === undefined ? {} : { evry: misspelt },
      }],
      ...rest,
    } as unknown as FitOptions);
  } catch (caught) {
    error = caught as Error;
  }
  const { rows, results } = ctx;
  const steps = training.steps;
  return { steps, error, rows, results, progress, logs };
}

const noCounts = [-1, 18.75, 1e-9, NaN, Infinity, -Infinity, 2 ** 53, "6"];

Deno.test("fit() refuses counts that are no whole numbers, with their value", async () => {
  const until = (every: unknown) => ({ until: { every, holds: () => false } });
  const cases: [string, (value: unknown) => Record<string, unknown>, number][] =
    [
      ["steps", (steps) => ({ steps }), 1],
      ["checkpointEvery", (checkpointEvery) => ({ checkpointEvery }), 0],
      ["every of test", (every) => ({ every }), 0],
      ["until.every", until, 1],
    ];
  for (const [name, optionsOf, least] of cases) {
    for (const value of [...noCounts, ...least === 1 ? [0] : []]) {
      const { steps, error } = await run(optionsOf(value));
      const given = typeof value === "string" ? `"${value}"` : value;
      assert.equal(
        `${error?.message}`,
        `Cannot train: ${name} is ${given}, need a whole number of at least ${least}`,
      );
      assert.equal(steps, 0);
    }
  }
});

Deno.test("fit() takes 0 as never for checkpoints and measurements in between", async () => {
  const plain = await run();
  assert.equal(plain.error, null, `${plain.error?.stack}`);
  const never = await run({ checkpointEvery: 0, every: 0 });
  assert.equal(never.error, null);
  assert.deepEqual(never.rows, plain.rows);
  assert.equal(never.steps, 4);
});

Deno.test("fit() and evaluate() refuse options that they do not have", async () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [{ learningrate: 1 }, /fit\(\) has no option learningrate; did you mean l/],
    [{ checkpointEvry: 5 }, /no option checkpointEvry; .* checkpointEvery\?/],
    [{ epochs: 5 }, /no option epochs; it has name, program/],
    [{ misspelt: 5 }, /evaluations of fit\(\) has no option evry; .* every\?/],
    [{ until: { evry: 5 } }, /until of fit\(\) has no option evry/],
    [{ nonFinite: "go on" }, /nonFinite is "go on", need "stop" or "continue"/],
    [{ onStep: 5 }, /onStep is 5, need a function/],
    [{ name: "" }, /name is "", need a text/],
    [{ name: "test" }, /two series would be called test\.loss/],
    [{ source: undefined }, /fit\(\) got no source/],
  ];
  for (const [options, message] of cases) {
    const { steps, error } = await run(options);
    assert.equal(error?.name, "NablaError", `${error?.stack}`);
    assert.match(error!.message, message);
    assert.equal(steps, 0);
  }
  const { program } = fakeProgram(planOf(false));
  await assert.rejects(
    evaluate(program, source, { alife() {} } as never),
    /Cannot evaluate testing: the third argument has alife; give the run's ctx/,
  );
});

Deno.test("fit() names a learning rate that is none, and the step of the schedule", async () => {
  const wrong = [-0.1, NaN, Infinity, 1e39, "0.1", null];
  for (const value of wrong) {
    const given = typeof value === "string" ? `"${value}"` : value;
    const { steps, error } = await run({ learningRate: value });
    assert.equal(steps, 0);
    assert.ok(
      error?.message.startsWith(`Cannot train: learningRate is ${given}, need`),
      `${error?.message}`,
    );
    const scheduled = await run({
      learningRate: (step: number) => step === 3 ? value : 0.1,
    });
    assert.ok(
      scheduled.error?.message.startsWith(
        `Cannot train: learningRate at step 3 is ${given}, need`,
      ),
      `${scheduled.error?.message}`,
    );
    assert.doesNotMatch(scheduled.error!.message, /smaller/);
  }
  const lengths = await run({ learningRate: () => [0.1, 0.2] }, {
    replicas: 3,
  });
  assert.match(
    lengths.error!.message,
    /learningRate at step 0 has 2 numbers, need 3, one for each replica/,
  );
  const one = await run({ learningRate: [0.1, NaN, 0.2] }, { replicas: 3 });
  assert.match(one.error!.message, /learningRate of replica 1 is NaN/);
  const each = await run({ learningRate: [0.1, 0.2, 0.3] }, { replicas: 3 });
  assert.equal(each.error, null);
  const decay = await run({ weightDecay: 0.1 });
  assert.match(
    decay.error!.message,
    /fit\(\) got weightDecay, the plan has no stream .* weightDecay: "stream"/,
  );
});

Deno.test("fit() ends where an evaluation stops being finite, as its policy says", async () => {
  const testLosses = (step: number) => step < 2 ? 1 : Infinity;
  const ended = await run({ every: 2 }, { testLosses });
  assert.equal(
    ended.error?.message,
    "Cannot go on training: test.loss of replica 0 became Infinity at step 2; all weights are finite: bring the numbers of that data set to the scale of the training data",
  );
  assert.equal(ended.steps, 2);
  const options = { every: 2, nonFinite: "continue" };
  const goneOn = await run(options, { testLosses });
  assert.equal(goneOn.error, null);
  assert.equal(
    (goneOn.results.nonFinite as { series: string }).series,
    "test.loss",
  );
});

Deno.test("fit() blames no learning rate for a loss before the first update", async () => {
  const first = await run({}, { losses: () => NaN });
  assert.match(first.error!.message, /no update had been made/);
  assert.doesNotMatch(first.error!.message, /smaller/);
  const later = await run({}, { losses: (step) => step === 0 ? 1 : NaN });
  assert.match(later.error!.message, /a smaller learning rate often helps/);
});

Deno.test("fit() says that a loss ended above 1,000 times its first value", async () => {
  const grow = (factor: number) => ({
    losses: (step: number) => 2 * factor ** (step / 3),
  });
  const diverged = await run({}, grow(1001));
  assert.match(
    diverged.logs.join(),
    /Diverged: train\.loss of replica 0 went from 2\.000 to 2002/,
  );
  const found = diverged.results["train.diverged"] as Record<string, unknown>;
  assert.equal(found.series, "train.loss");
  assert.deepEqual((await run({}, grow(999))).logs, []);
  assert.deepEqual(
    (await run({ nonFinite: "continue" }, grow(1001))).results,
    {},
  );
  const test = await run({}, { testLosses: (step) => step < 2 ? 1 : 1e9 });
  assert.match(test.logs.join(), /Diverged: test\.loss/);
});

Deno.test("fit() shows an accuracy with the step at which it was measured", async () => {
  const { progress } = await run({ every: 2 }, { classify: true });
  assert.equal(progress.at(-1)!.done, 4);
  for (const { done, metrics } of progress) {
    // Two updates at a time: at most the measurement after the last boundary.
    const at = done <= 2 ? 0 : 2;
    assert.deepEqual(Object.keys(metrics!), ["loss", `test.accuracy at ${at}`]);
  }
});

Deno.test("rounds() refuses a count that is none", async () => {
  for (const count of noCounts) {
    const options = {
      count: count as number,
      start: 0,
      round: (n: number) => n,
    };
    await assert.rejects(
      rounds(fakeContext(), "many", options),
      /Cannot do rounds: count of many is .*, need a whole number of at least 0/,
    );
  }
});

Deno.test("record(), result() and progress() refuse what no store takes, by name", () => {
  const ctx = fakeContext();
  const record = ctx.record as (...given: unknown[]) => void;
  for (const step of noCounts) {
    assert.throws(
      () => record("loss", step, 1),
      /Cannot record loss at step .*: a step is a whole number of at least 0/,
    );
  }
  for (const series of ["", "x".repeat(201), 5, undefined]) {
    assert.throws(() => record(series, 0, 1), /Cannot record a series called/);
  }
  for (
    const value of ["1", undefined, null, [], [1, "2"], 1n, [1, undefined]]
  ) {
    assert.throws(
      () => record("loss", 3, value),
      /Cannot record loss at step 3: got .*, need a number, or one for each/,
    );
  }
  assert.deepEqual(ctx.rows, []);
  const result = ctx.result as (...given: unknown[]) => void;
  const endless: Record<string, unknown> = {};
  endless.own = endless;
  for (const value of [undefined, () => 1, 1n, new Map(), endless]) {
    assert.throws(() => result("best", value), /Cannot keep the result best: /);
  }
  assert.throws(() => result("", 1), /Cannot keep a result called ""/);
  assert.deepEqual(ctx.results, {});
  const bar = { done: 1, total: 2, unit: "step" };
  ctx.progress(bar);
  for (const wrong of [{ done: NaN }, { total: -1 }, { examples: "3" }]) {
    assert.throws(
      () => ctx.progress({ ...bar, ...wrong } as Progress),
      /Cannot show progress: (done|total|examples) is/,
    );
  }
  assert.throws(
    () => ctx.progress({ ...bar, metrics: { loss: "low" as never } }),
    /Cannot show progress: loss of its metrics is "low"/,
  );
});

Deno.test("fit() refuses a plan without an optimizer", async () => {
  const { program } = fakeProgram(planOf(false));
  const { steps, error } = await run({ program });
  assert.match(`${error}`, /Cannot train with plan "testing": .*no optimizer/);
  assert.equal(steps, 0);
});

Deno.test("batch normalization of one value per channel is refused in training, when planned and as a last batch", async () => {
  const plan = (batch: number, shape: number[], training = true) =>
    buildPlan({
      name: "normalized",
      model: sequential(shape, [
        batchNorm(),
        ...shape.length > 1 ? [flatten()] : [],
        dense({ units: 1 }),
      ]),
      loss: meanSquaredError(),
      ...training && { optimizer: sgd() },
      batch,
      target: standardTarget,
    });
  const refusal = /batch 1: .*more than one value per channel.* at least 2/;
  assert.throws(() => plan(1, [1]), refusal);
  assert.throws(() => plan(1, [1, 1, 3]), refusal);
  assert.equal(plan(1, [1, 2, 3]).leastExamples, undefined);
  assert.equal(plan(1, [1], false).leastExamples, undefined);
  const { program } = fakeProgram(plan(3, [1]));
  const { steps, error } = await run({ program });
  assert.match(
    `${error}`,
    /normalized on 4 examples in batches of 3: the last batch of an epoch has 1, .* at least 2; choose another batch, or leave 1 out/,
  );
  assert.equal(steps, 0);
  assert.equal(
    (await run({ program: fakeProgram(plan(2, [1])).program })).error,
    null,
  );
});
