/** The network of the exercise as PyTorch draws it, and the gradients PyTorch prints for it. */
import { TorchRandom } from "../../../core/random.ts";
import { column, matrix } from "../../../study/derivation/algebra.ts";
import type { Parameters } from "../../../study/derivation/networks.ts";

/** Gradients of the first layer to five digits. Source: 001, section 1. */
export const printedGradients = {
  dA: matrix(
    4,
    4,
    [
      [2.3943e-05, 3.7064e-05, 4.2687e-06, 6.3700e-06],
      [3.4104e-05, 5.2794e-05, 6.0804e-06, 9.0735e-06],
      [2.4438e-05, 3.7831e-05, 4.3571e-06, 6.5019e-06],
      [2.0187e-05, 3.1250e-05, 3.5991e-06, 5.3707e-06],
    ].flat(),
  ),
  db: column([4.8247e-05, 6.8722e-05, 4.9245e-05, 4.0678e-05]),
};

/** Drawn after `manual_seed(0)`: x, Y, then A and b of every layer. */
export function seedZeroNetwork(): Parameters {
  const torch = new TorchRandom(0);
  const rand = (rows: number, columns: number) =>
    matrix(rows, columns, torch.rand(rows * columns));
  return {
    x: rand(4, 1),
    target: rand(1, 1),
    layers: [4, 4, 4, 4, 4, 1].map((units) => ({
      A: rand(units, 4),
      b: rand(units, 1),
    })),
  };
}
