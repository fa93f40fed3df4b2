/** Softmax as a layer, against float64 and at its edges. */
import assert from "node:assert/strict";
import { sequential } from "../../lib/nn/graph.ts";
import { softmax } from "../../lib/nn/layers/softmax.ts";
import { drawValues, planOf, underGradient } from "../support/cases.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import { testRepeats, testSizes } from "../support/sizes.ts";

testSizes(
  "softmax()",
  [[1, 1], [5, 7], [1, 96], [70, 33], [3, 300], [2, 4097]],
  (batch, columns) =>
    underGradient(sequential([columns!], [softmax()]), batch!),
);
testSizes(
  "softmax() of images",
  [[2, 5, 40]],
  (batch, rows, columns) =>
    underGradient(sequential([rows!, columns!], [softmax()]), batch!),
);
testRepeats("softmax()", underGradient(sequential([300], [softmax()]), 7));

testGpu("softmax() neither overflows nor hides a NaN", async (gpu) => {
  for (const width of [4, 80]) {
    const given = underGradient(sequential([width], [softmax()]), 3);
    const plan = planOf(given, gpu.target);
    const program = await gpu.compile(plan);
    const { streams } = drawValues(plan, given);
    const x = new Float32Array(3 * width);
    x.set([1e30, 0], 0);
    x.set([120, 119], 2 * width);
    x.fill(-1000, 2 * width + 2);
    x.set([0, NaN], width);
    await program.submit([{ ...streams, x }]);
    const y = await program.read("softmax1.output");
    assert.equal(y[0], 1);
    assert.ok(y[1]! < 1e-37, `${y[1]}`);
    assert.ok(y.subarray(width, 2 * width).every(Number.isNaN));
    const [first, second] = y.subarray(2 * width);
    assertClose([first!, second!], [0.7310585786300049, 0.2689414213699951], {
      tolerance: 1e-6,
    });
    program.destroy();
  }
});
