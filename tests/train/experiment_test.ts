import assert from "node:assert/strict";
import { z } from "zod";
import { NablaError } from "../../lib/core/errors.ts";
import type { Target } from "../../lib/core/plan.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import {
  defineStudy,
  type ExperimentContext,
  isExperiment,
} from "../../lib/train/experiment.ts";
import { judge } from "../../lib/study/expectation.ts";
import type { Recorded } from "../../lib/study/record.ts";
import { plainTarget } from "../support/targets.ts";

const config = z.strictObject({ steps: z.int().positive() });
const preset = { steps: 1 };
const presets = { smoke: preset, quick: preset, full: preset };
const run = () => {};

const record: Recorded = {
  config: preset,
  seed: 0,
  replicas: 1,
  results: { answer: 42 },
  series: () => [{ step: 0, value: NaN }],
};

Deno.test("defineStudy() fills in what is not given", () => {
  const experiment = defineStudy({
    id: "a-b2",
    config,
    presets,
    run,
  });
  assert.ok(isExperiment(experiment));
  assert.equal(experiment.gpu, true);
  assert.equal(experiment.maxReplicas, Infinity);
  assert.deepEqual(experiment.expect, []);
});

Deno.test("defineStudy() refuses an id that is no address", () => {
  for (const id of ["", "A", "a_b", "../a", "a--b", "1a", "a".repeat(41)]) {
    assert.throws(
      () => defineStudy({ id, config, presets, run }),
      NablaError,
      id,
    );
  }
});

Deno.test("defineStudy() names the preset that does not fit", () => {
  assert.throws(
    () =>
      defineStudy({
        id: "a",
        config,
        presets: { ...presets, full: { steps: 0 } },
        run,
      }),
    /study a, preset full: Cannot set steps to "0"/,
  );
});

Deno.test("defineStudy() gives run the plans that it describes", async () => {
  const given: unknown[] = [];
  const planOf = (name: string, units: number, target: Target) =>
    buildPlan({
      name,
      model: sequential([2], [dense({ units })]),
      batch: 1,
      target,
    });
  const experiment = defineStudy({
    id: "a",
    config,
    presets,
    plans: ({ config: { steps }, replicas, target }) => ({
      large: planOf("large", 10 * steps * replicas, target),
      small: planOf("small", steps, target),
    }),
    run: (_, { large, small }) => void given.push(small, large),
  });
  const setting = { config: { steps: 3 }, replicas: 2, target: plainTarget };
  const [large, small] = experiment.plans!(setting);
  assert.deepEqual([large!.name, small!.name], ["large", "small"]);
  assert.equal(large!.parameters, 60 * 2 + 60);
  const { config: chosen, replicas, target } = setting;
  const ctx = { config: chosen, replicas, gpu: { target } };
  await experiment.run(ctx as unknown as ExperimentContext);
  assert.deepEqual(given, [small, large]);
});

Deno.test("defineStudy() leaves the GPU alone where no plans are described", async () => {
  let ran = false;
  const experiment = defineStudy({
    id: "a",
    config,
    presets,
    gpu: false,
    run: () => void (ran = true),
  });
  assert.equal(experiment.plans, null);
  const ctx = {
    get gpu() {
      throw new Error("no GPU");
    },
  };
  await experiment.run(ctx as unknown as ExperimentContext);
  assert.ok(ran);
});

Deno.test("isExperiment() tells an experiment from anything else", () => {
  for (const value of [null, undefined, 1, "x", {}, { id: "a" }, run]) {
    assert.equal(isExperiment(value), false);
  }
});

Deno.test("judge() judges what applies and survives a check that throws", () => {
  const { expect } = defineStudy({
    id: "a",
    config,
    presets,
    run,
    expect: [
      {
        name: "answer",
        expected: "42",
        check: ({ results }) => ({
          holds: results.answer === 42,
          measured: results.answer as number,
        }),
      },
      {
        name: "elsewhere",
        expected: "nothing",
        applies: ({ seed }) => seed === 1,
        check: () => ({ holds: false, measured: null }),
      },
      {
        name: "broken",
        expected: "a number",
        check: () => {
          throw new Error("no such series");
        },
      },
    ],
  });
  assert.deepEqual(judge({ expect }, record), [
    { name: "answer", holds: true, measured: 42, expected: "42" },
    {
      name: "broken",
      holds: false,
      measured: "not judged: no such series",
      expected: "a number",
    },
  ]);
});
