import { checkOptions, type NoOptions } from "../../core/options.ts";
import { activationLayer } from "../op/activation.ts";
import type { Layer } from "../op/layer.ts";

/** Hyperbolic tangent on each number; dX = dY ⊙ (1 − y²). */
export function tanh(options: NoOptions = {}): Layer {
  checkOptions("make tanh", options, {});
  return activationLayer({
    name: "tanh",
    file: "tanh.wgsl",
    needs: ["exp.wgsl"],
    flops: 5,
  });
}
