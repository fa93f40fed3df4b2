import type { Target } from "./plan.ts";

/**
 * A device with what every WebGPU device has, and the tightest limit of loop
 * iterations that is known of any: plans that fit it run everywhere. Source:
 * https://www.w3.org/TR/webgpu/#limits, default values.
 */
export const standardTarget: Target = {
  subgroupSize: null,
  int64: false,
  software: false,
  maxIterations: 65_535,
  maxWorkgroups: 65_535,
  maxInvocations: 256,
  maxWorkgroupBytes: 2 ** 14,
  maxBindingBytes: 2 ** 27,
  maxStorageBuffers: 8,
  memoryBytes: 4 * 2 ** 30,
};
