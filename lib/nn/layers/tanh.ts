import { activationLayer } from "../op/activation.ts";
import type { Layer } from "../op/layer.ts";

/** Hyperbolic tangent on each number; dX = dY ⊙ (1 − y²). */
export function tanh(): Layer {
  return activationLayer({
    name: "tanh",
    file: "tanh.wgsl",
    needs: ["exp.wgsl"],
    flops: 5,
  });
}
