/** The only room that touches `GPUDevice`. */
export type { AdapterInfo } from "./adapter.ts";
export { DeviceLostError, Gpu, openGpu } from "./gpu.ts";
export type { KernelTiming } from "./profile.ts";
export { Program } from "./program.ts";
export type { StepValues } from "./step_record.ts";
