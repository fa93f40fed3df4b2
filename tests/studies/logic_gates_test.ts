import assert from "node:assert/strict";
import { judge } from "../../lib/study/expectation.ts";
import logicGates from "../../lib/studies/logic_gates/experiment.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";

testGpu(
  "logic-gates holds at a small size, and fails on a wrong point or bit",
  async (gpu) => {
    const config = logicGates.presets.smoke;
    const ctx = fakeContext<Record<string, unknown>>({ config, gpu });
    await logicGates.run(ctx);
    const missed = (results: Record<string, unknown>) =>
      judge(logicGates, {
        ...{ config, results, seed: 0, replicas: 1 },
        series: () => [],
      }).filter(({ holds }) => !holds).map(({ name }) => name);
    const { results } = ctx;
    assert.deepEqual(missed(results), []);

    type Rows = Record<string, unknown>[];
    const [first, ...gates] = results.gates as Rows;
    assert.equal(first!.points, 33 ** 2);
    assert.equal(first!["points on the axes"], 2 * 33 - 1);
    const wrong = {
      ...first,
      wrong: 1,
      "wrong there": 1,
      "hidden widths": "3",
    };
    const [row, ...tables] = results.tables as Rows;
    assert.deepEqual(
      missed({
        gates: [wrong, ...gates],
        tables: [{ ...row, outputs: "0, 0, 0, 0.5" }, ...tables],
      }),
      ["gates on the grid", "gates on the axes", "sizes", "truth tables"],
    );
  },
);
