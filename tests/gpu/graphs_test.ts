/** Graphs that are no chains: nodes that feed several others, residual connections, shared weights. */
import * as fc from "fast-check";
import { add } from "../../lib/nn/layers/add.ts";
import { dense } from "../../lib/nn/layers/dense.ts";
import { graph } from "../../lib/nn/graph.ts";
import { halfSquaredNorm } from "../../lib/nn/losses/half_squared_norm.ts";
import { torchDefault } from "../../lib/nn/initializers.ts";
import { relu } from "../../lib/nn/layers/relu.ts";
import { sigmoid } from "../../lib/nn/layers/sigmoid.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { assertMatchesOracle } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { build, recipes } from "../support/random_graph.ts";

for (const d of [2, 8, 64]) {
  testGpu(
    `a weight used twice gets both gradients at d = ${d}`,
    async (gpu) => {
      await assertMatchesOracle(gpu, {
        model: graph((g) => {
          const weight = g.parameter("W", [d, d], torchDefault(d));
          const layer = dense({ weight, bias: false });
          const u = g.apply(relu(), g.apply(layer, g.input("x", [d])));
          return g.apply(add(), u, g.apply(layer, u));
        }),
        loss: halfSquaredNorm(),
        batch: 3,
        replicas: 2,
      });
    },
  );
}

testGpu(
  "a node that feeds three others adds up their gradients",
  async (gpu) => {
    await assertMatchesOracle(gpu, {
      model: graph((g) => {
        const y = g.apply(dense({ units: 6 }), g.input("x", [5]));
        const sum = g.apply(add(), g.apply(sigmoid(), y), g.apply(relu(), y));
        return g.apply(add(), sum, g.apply(dense({ units: 6 }), y));
      }),
      loss: givenGradient(),
      batch: 7,
      replicas: 3,
    });
  },
);

testGpu("a node added to itself gets its gradient twice", async (gpu) => {
  await assertMatchesOracle(gpu, {
    model: graph((g) => {
      const y = g.apply(dense({ units: 3 }), g.input("x", [5]));
      return g.apply(add(), y, y);
    }),
    loss: givenGradient(),
    batch: 2,
  });
});

testGpu("a chain of residual blocks matches float64", async (gpu) => {
  await assertMatchesOracle(gpu, {
    model: graph((g) => {
      let y = g.apply(dense({ units: 9 }), g.input("x", [5]));
      for (let block = 0; block < 3; block++) {
        const branch = g.apply(relu(), g.apply(dense({ units: 9 }), y));
        y = g.apply(add(), y, g.apply(dense({ units: 9 }), branch));
      }
      return y;
    }),
    loss: givenGradient(),
    batch: 4,
    replicas: 2,
  });
});

testGpu("random graphs match float64", async (gpu) => {
  await fc.assert(
    fc.asyncProperty(
      recipes({ widths: [3, 4], maxLength: 7 }),
      fc.constantFrom(1, 3),
      fc.boolean(),
      async (recipe, replicas, ownData) => {
        await assertMatchesOracle(gpu, {
          model: build(recipe),
          loss: givenGradient(),
          batch: 5,
          replicas,
          ownData,
        });
      },
    ),
    { seed: 1, numRuns: 40 },
  );
});
