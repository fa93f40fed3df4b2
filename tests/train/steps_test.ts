/** fit() with many steps in one dispatch: the same records, checkpoints and evaluations as layer by layer. */
import assert from "node:assert/strict";
import { Interrupted } from "../../lib/train/context.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { fakeContext } from "../support/fake_context.ts";
import { train } from "../support/fit.ts";

const options = { replicas: 2, executor: "steps" } as const;

testGpu(
  "fit() records of many steps what it records layer by layer",
  async (gpu) => {
    const [many, one] = [fakeContext(), fakeContext()];
    const found = await train(gpu, many, options);
    const expected = await train(gpu, one, { ...options, executor: "layers" });
    const split = (rows: string[]) => rows.map((row) => row.split(" "));
    assert.deepEqual(
      split(many.rows).map(([series, step]) => [series, step]),
      split(one.rows).map(([series, step]) => [series, step]),
    );
    const values = (rows: string[]) =>
      split(rows).flatMap(([, , value]) => value!.split(",").map(Number));
    // Rounding of 40 steps that follow each other.
    const tolerance = 1e-5;
    assertClose(values(many.rows), values(one.rows), { tolerance });
    assert.deepEqual(
      Object.keys(found.state).sort(),
      Object.keys(expected.state).sort(),
    );
    assert.deepEqual(found.left, expected.left, "state of the generator");
  },
);

testGpu(
  "fit() with many steps goes on from a stop anywhere, bit for bit",
  async (gpu) => {
    const whole = fakeContext();
    const expected = await train(gpu, whole, options);
    for (const stopAfter of [0, 1, 7, 31]) {
      const first = fakeContext({ stopAfter });
      await assert.rejects(train(gpu, first, options), Interrupted);
      const second = fakeContext({ resume: first.saved });
      const { state, left } = await train(gpu, second, options);
      assert.deepEqual(state, expected.state, `stopped after ${stopAfter}`);
      assert.deepEqual(left, expected.left, "state of the generator");
      assert.deepEqual([...first.rows, ...second.rows], whole.rows);
    }
  },
);
