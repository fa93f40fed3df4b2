/** How far a NaN reaches in batch and layer normalization. */
import assert from "node:assert/strict";
import { batchNorm } from "../../lib/nn/layers/batch_norm.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { layerNorm } from "../../lib/nn/layers/layer_norm.ts";
import { halfSquaredError } from "../../lib/nn/losses/squared_error.ts";
import {
  type Case,
  drawValues,
  outputAt,
  planOf,
  underGradient,
} from "../support/cases.ts";
import { testGpu } from "../support/device.ts";

testGpu(
  "batchNorm() does not let a NaN cross channels or replicas",
  async (gpu) => {
    const given: Case = {
      ...underGradient(sequential([3], [batchNorm()]), 70),
      replicas: 2,
      ownData: true,
    };
    const values = drawValues(planOf(given, gpu.target), given);
    const clean = await outputAt(gpu, given, values);
    values.streams.x![70 * 3 + 3 * 40 + 1] = NaN;
    const spoilt = await outputAt(gpu, given, values);
    spoilt.forEach((y, i) => {
      const hit = i >= 70 * 3 && i % 3 === 1;
      assert.ok(Object.is(y, hit ? NaN : clean[i]), `output ${i} is ${y}`);
    });
  },
);

testGpu("layerNorm() keeps a NaN in its row", async (gpu) => {
  const given: Case = underGradient(sequential([70], [layerNorm()]), 9);
  const values = drawValues(planOf(given, gpu.target), given);
  const clean = await outputAt(gpu, given, values);
  values.streams.x![4 * 70 + 69] = NaN;
  const spoilt = await outputAt(gpu, given, values);
  spoilt.forEach((y, i) => {
    const hit = Math.floor(i / 70) === 4;
    assert.ok(Object.is(y, hit ? NaN : clean[i]), `output ${i} is ${y}`);
  });
});

testGpu("batchNorm() does not look at rows that do not count", async (gpu) => {
  const given: Case = {
    model: sequential([3], [batchNorm()]),
    loss: halfSquaredError(),
    batch: 200,
    examples: 7,
  };
  const values = drawValues(planOf(given, gpu.target), given);
  const clean = await outputAt(gpu, given, values);
  values.streams.x!.fill(NaN, 7 * 3);
  const spoilt = await outputAt(gpu, given, values);
  assert.deepEqual(spoilt.subarray(0, 7 * 3), clean.subarray(0, 7 * 3));
});
