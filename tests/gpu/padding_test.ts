/** The last batch of an epoch is short: rows beyond `examples` hold anything and count for nothing. */
import assert from "node:assert/strict";
import { crossEntropy } from "../../lib/nn/losses/cross_entropy.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { sequential } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import {
  halfSquaredError,
  meanSquaredError,
} from "../../lib/nn/losses/squared_error.ts";
import { assertMatchesOracle } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";

const LOSSES = [
  crossEntropy(),
  meanSquaredError(),
  halfSquaredError(),
  halfSquaredNorm(),
];

for (const loss of LOSSES) {
  testGpu(
    `${loss.kind} leaves out the rows beyond the examples`,
    async (gpu) => {
      for (const [batch, examples] of [[8, 1], [70, 65], [70, 69]] as const) {
        for (const ownData of [false, true]) {
          const { tensors } = await assertMatchesOracle(gpu, {
            model: sequential([3], [
              dense({ units: 5 }),
              relu(),
              dense({ units: 4 }),
            ]),
            loss,
            batch,
            examples,
            replicas: 2,
            ownData,
          });
          const padding = tensors.dX!.subarray(examples * 3, batch * 3);
          assert.ok(padding.every((g) => g === 0), "dX of a padding row");
        }
      }
    },
  );
}
