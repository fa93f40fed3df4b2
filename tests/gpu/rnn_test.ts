/** Elman's cell over several times, with the same parameters at each. */
import assert from "node:assert/strict";
import { dense } from "../../lib/nn/layers/dense.ts";
import { graph } from "../../lib/nn/graph.ts";
import { zeros } from "../../lib/nn/initializers.ts";
import { rnnCell } from "../../lib/nn/layers/rnn_cell.ts";
import { givenGradient } from "../../lib/studies/support/given_gradient.ts";
import { assertMatchesOracle } from "../support/cases.ts";
import { testGpu } from "../support/device.ts";
import { testSizes } from "../support/sizes.ts";
import { assertVector, runVector, shapeOf, stored } from "../support/torch.ts";

/** A cell over `times` inputs; the output is its last hidden state. */
const unrolled = (features: number, units: number, times: number) =>
  graph((g) => {
    const cell = rnnCell(g, { features, units });
    let hidden = cell(g.input("x0", [features]));
    for (let t = 1; t < times; t++) {
      hidden = cell(g.input(`x${t}`, [features]), hidden);
    }
    return hidden;
  });

testSizes(
  "rnnCell()",
  [[1, 1, 1, 1], [3, 5, 7, 2], [33, 4, 36, 6]],
  (batch, features, units, times) => ({
    model: unrolled(features!, units!, times!),
    loss: givenGradient(),
    batch: batch!,
  }),
);

testGpu("rnnCell() matches PyTorch over six times", async (gpu) => {
  const [times, batch, features] = shapeOf("rnn/x");
  const [units] = shapeOf("rnn/u");
  const x = stored("rnn/x");
  const length = batch! * features!;
  const at = (t: number) => x.subarray(t * length, (t + 1) * length);
  const found = await runVector(gpu, {
    model: unrolled(features!, units!, times!),
    batch: batch!,
    streams: {
      ...Object.fromEntries(
        Array.from({ length: times! }, (_, t) => [`x${t}`, at(t)]),
      ),
      target: stored("rnn/dy"),
    },
    kept: {
      "rnn.u": stored("rnn/u"),
      "rnn.w": stored("rnn/w"),
      "rnn.b": stored("rnn/b"),
    },
  });
  assertVector("rnn/y", found[`tanh${times}.output`]!, { tolerance: 1e-5 });
  const dX = Array.from({ length: times! }, (_, t) => [...found[`dX${t}`]!]);
  assertVector("rnn/d_x", dX.flat(), { tolerance: 1e-4 });
  for (const name of ["u", "w", "b"]) {
    const ours = `rnn.d${name.toUpperCase()}`;
    assertVector(`rnn/d_${name}`, found[ours]!, { tolerance: 1e-4 });
  }
});

testGpu("dense() shares its bias as well as its weight", async (gpu) => {
  const model = graph((g) => {
    const weight = g.parameter("W", [4, 4], zeros);
    const bias = g.parameter("b", [4], zeros);
    const layer = dense({ weight, bias });
    return g.apply(layer, g.apply(layer, g.input("x", [4])));
  });
  assert.deepEqual(model.parameters.map(({ label }) => label), ["W", "b"]);
  await assertMatchesOracle(gpu, { model, loss: givenGradient(), batch: 5 });
});

Deno.test("dense() refuses a shared bias of another width", () => {
  assert.throws(
    () =>
      graph((g) => {
        const bias = g.parameter("b", [3], zeros);
        return g.apply(dense({ units: 4, bias }), g.input("x", [2]));
      }),
    /bias b of shape \[3\]: 4 units need \[4\]/,
  );
});

Deno.test("rnnCell() makes three parameters, however often it is applied", () => {
  const { parameters } = unrolled(4, 5, 6);
  assert.deepEqual(
    parameters.map(({ label, shape }) => [label, ...shape]),
    [["rnn.u", 5, 4], ["rnn.w", 5, 5], ["rnn.b", 5]],
  );
});
