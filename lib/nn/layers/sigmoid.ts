import { checkOptions, type NoOptions } from "../../core/options.ts";
import { activationLayer } from "../op/activation.ts";
import type { Layer } from "../op/layer.ts";

/** Logistic sigmoid, `σ(x) = 1 / (1 + e⁻ˣ)`, on each number; dX = dY ⊙ y (1 − y). */
export function sigmoid(options: NoOptions = {}): Layer {
  checkOptions("make sigmoid", options, {});
  return activationLayer({
    name: "sigmoid",
    file: "sigmoid.wgsl",
    needs: ["exp.wgsl"],
    flops: 4,
  });
}
