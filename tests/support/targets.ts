import type { Target } from "../../lib/core/plan.ts";
import { standardTarget } from "../../lib/core/standard_target.ts";

/** A device with subgroups, 64-bit loads and a driver that cuts loops, as Debian's software adapter. */
export const subgroupTarget: Target = {
  ...standardTarget,
  subgroupSize: 8,
  int64: true,
  software: true,
  memoryBytes: 2 ** 30,
};

/** A software adapter with nothing but what every WebGPU device has. */
export const plainTarget: Target = {
  ...subgroupTarget,
  subgroupSize: null,
  int64: false,
  maxIterations: Infinity,
};

/** A GPU with what every WebGPU device has: products go through workgroup memory. */
export const gpuTarget: Target = {
  ...plainTarget,
  subgroupSize: 32,
  software: false,
};
