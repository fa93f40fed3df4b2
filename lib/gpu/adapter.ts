import { SetupError } from "../core/errors.ts";

/** What a run's record says of the device it ran on. */
export interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  /** As in `llvmpipe (LLVM 15.0.6, 256 bits)`. */
  readonly description: string;
  /** Whether the adapter computes on the CPU. */
  readonly software: boolean;
  /** Lanes of a subgroup where kernels may use subgroups of a fixed size, else `null`. */
  readonly subgroupSize: number | null;
  /** Whether kernels may load 64-bit integers. */
  readonly int64: boolean;
  /** Whether dispatches can be timed on the device. */
  readonly timestamps: boolean;
  /** Loop iterations after which the driver ends an invocation; `null` where none was found. */
  readonly maxIterations: number | null;
  /** Bytes of one storage binding. */
  readonly maxBindingBytes: number;
}

/** Features that make kernels faster or profiles possible; a device may lack any of them. */
const WANTED = [
  "subgroups",
  "wgpu-subgroup-barrier",
  "wgpu-shader-int64",
  "timestamp-query",
] as const;

/** Limits that are raised to what the adapter has. */
const RAISED = [
  "maxStorageBufferBindingSize",
  "maxBufferSize",
  "maxStorageBuffersPerShaderStage",
] as const;

/**
 * Asks for a device with every wanted feature that the adapter grants. What it
 * does not list is tried: Deno's adapters grant more than they list. A browser's
 * adapter gives one device only, but a feature that it refuses costs nothing.
 *
 * @throws {SetupError} If there is no adapter
 */
export async function requestDevice(): Promise<
  { adapter: GPUAdapter; device: GPUDevice }
> {
  const adapter = await navigator.gpu?.requestAdapter({
    powerPreference: "high-performance",
  });
  if (!adapter) {
    throw new SetupError(
      "Cannot compute as no WebGPU adapter was found: install a Vulkan driver, on Debian or Ubuntu `apt-get install mesa-vulkan-drivers libvulkan1` for one that runs on any CPU",
    );
  }
  const requiredLimits = Object.fromEntries(
    RAISED.map((name) => [name, adapter.limits[name]]),
  );
  const granted: GPUFeatureName[] = [];
  for (const feature of WANTED) {
    const name = feature as GPUFeatureName;
    if (adapter.features.has(name) || await grants(adapter, name)) {
      granted.push(name);
    }
  }
  const device = await adapter.requestDevice({
    requiredFeatures: granted,
    requiredLimits,
  });
  return { adapter, device };
}

async function grants(
  adapter: GPUAdapter,
  feature: GPUFeatureName,
): Promise<boolean> {
  try {
    const requiredFeatures = [feature];
    (await adapter.requestDevice({ requiredFeatures })).destroy();
    return true;
  } catch {
    return false;
  }
}
