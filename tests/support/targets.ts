import type { Target } from "../../lib/core/plan.ts";

/** A device with subgroups, 64-bit loads and a driver that cuts loops, as Debian's software adapter. */
export const subgroupTarget: Target = {
  subgroupSize: 8,
  int64: true,
  maxIterations: 65_535,
  maxWorkgroups: 65_535,
  maxBindingBytes: 2 ** 27,
  maxStorageBuffers: 8,
  memoryBytes: 2 ** 30,
};

/** A device with nothing but what every WebGPU device has. */
export const plainTarget: Target = {
  ...subgroupTarget,
  subgroupSize: null,
  int64: false,
  maxIterations: Infinity,
};
