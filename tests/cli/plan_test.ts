import assert from "node:assert/strict";
import { estimate, type Rates } from "../../scripts/plan/rates.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { buildPlan } from "../../lib/nn/plan.ts";
import { gpu } from "../support/device.ts";
import { withFolder } from "../support/folder.ts";
import { testWith } from "../support/permissions.ts";
import { subgroupTarget } from "../support/targets.ts";
import { type Finished, fixture, run } from "./support.ts";

const needs = { read: true, write: true, run: true };

/** `deno task plan` with words on a machine without an adapter. */
async function plan(...args: string[]): Promise<Finished> {
  const env = { DENO_WEBGPU_BACKEND: "metal" };
  const flags = ["--allow-read=."];
  let finished: Finished | undefined;
  await withFolder(async (folder) => {
    finished = await run("plan.ts", args, { folder, env, flags });
  });
  return finished!;
}

testWith(
  needs,
  "plan prints every layer and fact in 80 columns, without an adapter",
  async () => {
    const { code, stdout, stderr } = await plan("backprop-mlp");
    assert.equal(code, 0, stderr);
    const lines = stdout.split("\n");
    for (const line of lines) assert.ok([...line].length <= 80, line);
    assert.match(
      lines[0]!,
      /^backprop-mlp, quick preset, no adapter: the default limits of WebGPU$/,
    );
    assert.match(stdout, /^descent {2}1 example a step$/m);
    // 64 numbers into 32 units: weight and bias of each layer.
    assert.match(stdout, /^dense2 +32 +1,056 +2,240 +8,544 +/m);
    assert.match(stdout, /^in all +1,153 /m);
    assert.match(stdout, /^loop iterations .* 65,535$/m);
    assert.doesNotMatch(stdout, /^time/m);
  },
);

testWith(
  needs,
  "plan --json counts what the preset, fields and replicas say",
  async () => {
    const { code, stdout, stderr } = await plan(
      ...["backprop-mlp", "--preset", "smoke", "--json"],
      ...["--set", "hidden=5", "--replicas", "3"],
    );
    assert.equal(code, 0, stderr);
    const document = JSON.parse(stdout);
    const { study, preset, config, replicas, adapter, rates } = document;
    assert.deepEqual([study, preset, replicas, adapter, rates], [
      "backprop-mlp",
      "custom",
      3,
      null,
      null,
    ]);
    assert.equal(config.hidden, 5);
    const [gradients, descent, whole] = document.plans;
    assert.equal(gradients.parameters, 5 * 20 + 5);
    assert.equal(descent.parameters, 10 + 30 + 6);
    assert.equal(descent.replicas, 3);
    const products = 3 * (5 + 25 + 5);
    assert.equal(descent.work.inference.products, products);
    assert.equal(descent.work.all.products, products * 3 - 3 * 5);
    assert.equal(whole.work.all.products, config.examples * products);
    assert.equal(descent.stepMs, null);
  },
);

testWith(needs, "plan says what is wrong", async () => {
  const cases: [string[], number, RegExp][] = [
    [["backprop-mpl"], 2, /no such study; did you mean backprop-mlp\?/],
    [["backprop-mlp", "--set", "hidden=0"], 2, /Cannot set hidden to "0"/],
    [
      ["shared-weight-gradient", "--replicas", "2"],
      2,
      /Cannot train 2 replicas: shared-weight-gradient trains at most 1/,
    ],
    [
      [fixture("counting")],
      1,
      /Cannot plan counting: it does not describe its plans; give defineStudy a function plans/,
    ],
  ];
  const answers = await Promise.all(cases.map(([args]) => plan(...args)));
  cases.forEach(([args, code, message], i) => {
    assert.equal(answers[i]!.code, code, args.join(" "));
    assert.match(answers[i]!.stderr, message);
  });
});

Deno.test("estimate() gives each dispatch its start and the longer of computing and moving", () => {
  const plan = buildPlan({
    name: "test",
    model: sequential([300], [dense({ units: 200 })]),
    batch: 1,
    target: subgroupTarget,
  });
  const [{ flops, bytes }] = plan.dispatches as [typeof plan.dispatches[0]];
  const rates: Rates = {
    product: 1000,
    convolution: 1,
    bytes: 1e9,
    dispatch: 2,
  };
  assert.equal(estimate(plan, rates), 2 + flops / 1000);
  assert.equal(estimate(plan, { ...rates, bytes: 10 }), 2 + bytes / 10);
});

if (gpu) {
  testWith(
    needs,
    "plan measures the adapter and estimates the time of a step",
    () =>
      withFolder(async (folder) => {
        const args = ["backprop-mlp", "--json"];
        const { code, stdout, stderr } = await run("plan.ts", args, { folder });
        assert.equal(code, 0, stderr);
        const { adapter, rates, plans } = JSON.parse(stdout);
        assert.equal(typeof adapter.description, "string");
        for (const rate of Object.values(rates)) assert.ok(rate as number > 0);
        for (const { stepMs } of plans) assert.ok(stepMs > 0);
      }),
  );

  testWith(
    needs,
    "a run records the plans that plan prints",
    () =>
      withFolder(async (folder) => {
        const args = ["shared-weight-gradient", "--set", "dimensions=2,3"];
        const ran = await run("experiment.ts", [...args, "--json"], { folder });
        assert.equal(ran.code, 0, ran.stderr);
        const planned = await run("plan.ts", [...args, "--json"], { folder });
        const recorded = JSON.parse(ran.stdout).provenance.plans;
        assert.deepEqual(
          recorded,
          JSON.parse(planned.stdout).plans.map(
            ({ work: _, stepMs: __, ...plan }: Record<string, unknown>) => plan,
          ),
        );
        assert.equal(recorded.length, 2);
      }),
  );
}
