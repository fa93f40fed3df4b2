import { checkOptions, type NoOptions } from "../../core/options.ts";
import { activationLayer } from "../op/activation.ts";
import type { Layer } from "../op/layer.ts";

/** Rectifier, `max(x, 0)`, on each number; dX = dY where y > 0, else 0 (0 at 0, as PyTorch). */
export function relu(options: NoOptions = {}): Layer {
  checkOptions("make relu", options, {});
  return activationLayer({ name: "relu", file: "relu.wgsl", flops: 1 });
}
