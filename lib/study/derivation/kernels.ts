/**
 * The kernels that derivation lines point at: the layer `deno task derive`
 * runs on the GPU, and the formula it must reproduce, in float64.
 */
export * from "./formulas.ts";
export * from "./kernels/dropout.ts";
export * from "./kernels/layers.ts";
export * from "./kernels/losses.ts";
export * from "./kernels/normalization.ts";
export * from "./kernels/steps.ts";
