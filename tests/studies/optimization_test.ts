/** The studies of optimization at small sizes, in this process. */
import assert from "node:assert/strict";
import type { Checkpoint } from "../../lib/train/experiment.ts";
import type { Recorded } from "../../lib/study/record.ts";
import schedules from "../../lib/studies/learning_rate_schedules/experiment.ts";
import localMinima from "../../lib/studies/local_minima/experiment.ts";
import momentumForms from "../../lib/studies/momentum_forms/experiment.ts";
import rmsprop from "../../lib/studies/rmsprop/experiment.ts";
import { Interrupted } from "../../lib/train/context.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { changed, missed, smokeRecord } from "../support/recorded_series.ts";

/** The record with the values of some series changed. */
const changedIn = (
  run: Recorded,
  pattern: RegExp,
  change: (value: number, step: number) => number,
) =>
  changed(
    run,
    (name, value, step) => pattern.test(name) ? change(value, step) : value,
  );

testGpu(
  "momentum-forms holds at a small size, and fails where the forms differ",
  async (gpu) => {
    const run = await smokeRecord(momentumForms, gpu, {
      ...{ steps: 200, changeAt: 100, parameters: 5 },
    });
    assert.deepEqual(missed(momentumForms, run), []);
    assert.equal(run.series("float32.constant").length, 200);
    // The first step is the same arithmetic in both forms of float64.
    assert.equal(run.series("float64.constant", 1)[0]!.value, 0);
    assert.equal(run.series("predicted.changed")[0]!.step, 101);

    const apart = changedIn(run, /^float32\.constant/, (value) => 1e4 * value);
    assert.deepEqual(missed(momentumForms, apart), [
      "float32, α constant",
      "α changes",
    ]);
    const lost = changedIn(run, /^float64\.constant/, () => NaN);
    assert.deepEqual(missed(momentumForms, lost), ["float64, α constant"]);
    const off = { ...run.results, "shiftError.float64": 1e-6, error: 1 };
    assert.deepEqual(missed(momentumForms, { ...run, results: off }), [
      "derived shift, float64",
      "GPU against float64",
    ]);
  },
);

testGpu(
  "rmsprop holds at a small size, and fails where SGD is as fast",
  async (gpu) => {
    const run = await smokeRecord(rmsprop, gpu, {
      ...{ steps: 260, rmspropRate: 0.018 },
    });
    assert.deepEqual(missed(rmsprop, run), []);
    for (const name of ["loss", "theta1", "theta2"]) {
      assert.equal(run.series(`plateau.inside.${name}`).length, 261);
    }
    const { series } = run;
    const swapped: Recorded = {
      ...run,
      series: (name) =>
        series(name.replace(".sgd.", ".outside.").replace(".inside.", ".sgd.")),
    };
    assert.deepEqual(missed(rmsprop, swapped), ["ravine", "plateau"]);
    const level = changedIn(run, /sgdFast|theta2/, (_, step) => 2 - step / 400);
    assert.deepEqual(missed(rmsprop, level), ["overshoot", "same pace"]);
  },
);

testGpu(
  "learning-rate-schedules holds at a small size, and fails on other means",
  async (gpu) => {
    const run = await smokeRecord(schedules, gpu, { steps: 400 });
    assert.deepEqual(missed(schedules, run), []);
    assert.equal(run.series("distance.slow", 63).at(-1)!.step, 400);
    const faster = changedIn(
      run,
      /constant|fast/,
      (value, step) => value / Math.sqrt(step + 1),
    );
    assert.deepEqual(missed(schedules, faster), [
      ...["theory, constant", "theory, fast"],
      ...["constant stalls", "fast stalls"],
    ]);
    const flat = changedIn(run, /distance\.(inverse|slow)/, () => 1);
    const results = { ...run.results, keptByFast: 0 };
    assert.deepEqual(missed(schedules, { ...flat, results }), [
      ...["inverse converges", "slow converges", "start kept"],
    ]);
  },
);

testGpu(
  "learning-rate-schedules goes on from where it stopped, number by number",
  async (gpu) => {
    const config = { ...schedules.presets.smoke, seeds: 2, steps: 200 };
    const start = async (
      options: { stopAfter?: number; resume?: Checkpoint | null },
    ) => {
      const ctx = fakeContext<Record<string, unknown>>({
        ...options,
        config,
        gpu,
      });
      await schedules.run(ctx).catch((error) => {
        if (!(error instanceof Interrupted)) throw error;
      });
      return ctx;
    };
    const whole = await start({});
    const first = await start({ stopAfter: 150 });
    assert.ok(first.rows.length < whole.rows.length);
    const second = await start({ resume: first.saved });
    assert.deepEqual([...first.rows, ...second.rows], whole.rows);
    assert.deepEqual(second.results, whole.results);
  },
);

testGpu(
  "local-minima holds with few runs, and fails where a barrier stays",
  async (gpu) => {
    const run = await smokeRecord(localMinima, gpu, { runs: 8 });
    assert.deepEqual(missed(localMinima, run), []);
    const lines = ["line.apart", "line.aligned", "line.copy"];
    for (const line of lines) {
      assert.deepEqual(
        run.series(line).map(({ step }) => step),
        Array.from({ length: 51 }, (_, i) => 2 * i),
      );
    }
    const pairs = run.results.pairs as Record<string, number>[];
    const results = {
      ...run.results,
      pairs: pairs.map((pair) => ({
        ...pair,
        "highest loss aligned": pair["highest loss between"],
        distance: pair["distance aligned"],
      })),
    };
    assert.deepEqual(missed(localMinima, { ...run, results }), [
      ...["other parameters", "aligned"],
    ]);
    const flat = changedIn(run, /^average\.parameters/, () => 1e-9);
    assert.deepEqual(missed(localMinima, flat), ["average of parameters"]);
    const few = { ...run.config, runs: 32 };
    const all = (run.results.losses as number[]).map(() => 1e-9);
    assert.deepEqual(
      missed(localMinima, {
        ...{ ...run, config: few },
        results: { ...run.results, losses: all },
      }),
      ["left behind"],
    );
  },
);

testGpu(
  "local-minima says what to do where no two runs arrive",
  async (gpu) => {
    await assert.rejects(
      smokeRecord(localMinima, gpu, { runs: 2, steps: 100 }),
      /0 of 2 arrived at a loss of 0\.000001, needs 2; raise steps or runs/,
    );
  },
);
