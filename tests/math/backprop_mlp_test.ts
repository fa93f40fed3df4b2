/** The six-layer network whose gradients a PyTorch session printed, drawn and differentiated anew. */
import assert from "node:assert/strict";
import { TorchRandom } from "../../lib/core/random.ts";
import type { Shape } from "../../lib/core/shape.ts";
import { sizeOf } from "../../lib/core/shape.ts";
import { backward, variable } from "../../lib/math/autodiff.ts";
import { halfSquaredNorm } from "../../lib/math/losses.ts";
import { add, matmul, sigmoid, sub } from "../../lib/math/operations.ts";

const D_A1 = [
  [2.3943e-05, 3.7064e-05, 4.2687e-06, 6.3700e-06],
  [3.4104e-05, 5.2794e-05, 6.0804e-06, 9.0735e-06],
  [2.4438e-05, 3.7831e-05, 4.3571e-06, 6.5019e-06],
  [2.0187e-05, 3.1250e-05, 3.5991e-06, 5.3707e-06],
];
const D_B1 = [4.8247e-05, 6.8722e-05, 4.9245e-05, 4.0678e-05];

Deno.test("backward() reproduces PyTorch's printed gradients of a sigmoid network", () => {
  const random = new TorchRandom(0);
  const draw = (shape: Shape) => variable(random.rand(sizeOf(shape)), shape);
  const x = draw([4, 1]);
  const target = draw([1, 1]);
  const widths = [4, 4, 4, 4, 4, 1];
  const layers = widths.map((units) => {
    const weight = draw([units, 4]);
    return { weight, bias: draw([units, 1]) };
  });
  let y = x;
  layers.forEach(({ weight, bias }, index) => {
    const linear = add(matmul(weight, y), bias);
    y = index < layers.length - 1 ? sigmoid(linear) : linear;
  });
  backward(halfSquaredNorm(sub(y, target)));
  const printed = (value: number) => value.toExponential(4);
  const { weight, bias } = layers[0]!;
  assert.deepEqual([...weight.grad].map(printed), D_A1.flat().map(printed));
  assert.deepEqual([...bias.grad].map(printed), D_B1.map(printed));
});
