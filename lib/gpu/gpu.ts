import { NablaError } from "../core/errors.ts";
import type { Plan, Target } from "../core/plan.ts";
import type { TileTable } from "../core/tile_table.ts";
import { type AdapterInfo, requestDevice } from "./adapter.ts";
import { PipelineCache } from "./pipelines.ts";
import { probeLoops, probeSubgroups } from "./probe.ts";
import { Program } from "./program.ts";

/** Bytes that the buffers of all programs may take together, unless told otherwise. */
const MEMORY_BYTES = 4 * 2 ** 30;

/** Milliseconds after which no reason is expected any more. */
const SETTLE_MS = 200;

/**
 * A device and everything that must be watched on it: errors that WebGPU reports
 * to a listener only, a device that is lost, and bytes that nobody collects.
 */
export class Gpu {
  readonly device: GPUDevice;
  readonly adapter: AdapterInfo;
  /** What plans for this device are built for. */
  readonly target: Target;
  readonly pipelines: PipelineCache;
  /** Bytes of all live buffers. */
  liveBytes = 0;
  #failure: Error | null = null;
  #closed = false;

  constructor(device: GPUDevice, adapter: AdapterInfo, options: {
    target: Target;
    subgroupPrelude: string;
  }) {
    this.device = device;
    this.adapter = adapter;
    this.target = options.target;
    this.pipelines = new PipelineCache(device, options.subgroupPrelude);
    device.addEventListener("uncapturederror", (event) => {
      event.preventDefault();
      this.#failure ??= new NablaError(
        `Cannot go on as the GPU reported an error: ${event.error.message}`,
      );
    });
    device.lost.then(({ reason, message }) => {
      if (!this.#closed) this.#failure ??= new DeviceLostError(reason, message);
    });
  }

  /**
   * Makes a plan ready to run: compiles its kernels and takes its memory.
   * With `share`, tensors that both plans keep (parameters, optimizer state)
   * lie in the same memory.
   *
   * @throws {NablaError} If a kernel does not compile, naming file, line and column
   */
  compile(plan: Plan, options: { share?: Program } = {}): Promise<Program> {
    return Program.create(this, plan, options);
  }

  /**
   * Takes a buffer; every one must be destroyed, as nothing collects them.
   *
   * @throws {NablaError} If the memory budget would be passed
   */
  createBuffer(
    label: string,
    size: number,
    usage: GPUBufferUsageFlags,
  ): GPUBuffer {
    if (this.liveBytes + size > this.target.memoryBytes) {
      throw new NablaError(
        `Cannot allocate ${label}: it needs ${size} bytes, ${this.liveBytes} of the budget of ${this.target.memoryBytes} are taken; use a smaller batch or fewer replicas`,
      );
    }
    this.liveBytes += size;
    return this.device.createBuffer({ label, size, usage });
  }

  destroyBuffer(buffer: GPUBuffer): void {
    this.liveBytes -= buffer.size;
    buffer.destroy();
  }

  /**
   * @throws {NablaError} If the device has reported an error
   * @throws {DeviceLostError} If it is lost
   */
  check(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Waits for the reason of an error: the device reports it some milliseconds later. */
  async settle(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, SETTLE_MS);
    await Promise.race([promise, this.device.lost]);
    clearTimeout(timer);
  }

  /** Gives the device back. */
  close(): void {
    this.#closed = true;
    this.device.destroy();
  }
}

/** The device went away: a driver was reset, or the device destroyed. */
export class DeviceLostError extends NablaError {
  override name = "DeviceLostError";

  constructor(reason: string, message: string) {
    super(`Cannot go on as the GPU device was lost (${reason}): ${message}`);
  }
}

/**
 * Opens the device and finds out what it can do.
 *
 * @param options.tiles The tiles that plans for this adapter use. Default: those that ship
 * @throws {SetupError} If there is no adapter
 */
export async function openGpu(
  options: {
    memoryBytes?: number;
    tiles?: (adapter: AdapterInfo) => TileTable;
  } = {},
): Promise<Gpu> {
  const { adapter, device } = await requestDevice();
  const subgroups = await probeSubgroups(adapter, device);
  const maxIterations = await probeLoops(device);
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  const int64 = device.features.has("wgpu-shader-int64" as GPUFeatureName);
  const { limits } = device;
  const info: AdapterInfo = {
    vendor,
    architecture,
    description,
    software: isFallbackAdapter,
    subgroupSize: subgroups?.size ?? null,
    int64,
    timestamps: device.features.has("timestamp-query"),
    maxIterations: Number.isFinite(maxIterations) ? maxIterations : null,
    maxBindingBytes: limits.maxStorageBufferBindingSize,
  };
  return new Gpu(device, info, {
    subgroupPrelude: subgroups?.prelude ?? "",
    target: {
      subgroupSize: subgroups?.size ?? null,
      subgroupBarrier: device.features.has(
        "wgpu-subgroup-barrier" as GPUFeatureName,
      ),
      int64,
      software: isFallbackAdapter,
      maxIterations,
      maxWorkgroups: limits.maxComputeWorkgroupsPerDimension,
      maxInvocations: limits.maxComputeInvocationsPerWorkgroup,
      maxWorkgroupBytes: limits.maxComputeWorkgroupStorageSize,
      maxBindingBytes: limits.maxStorageBufferBindingSize,
      maxStorageBuffers: limits.maxStorageBuffersPerShaderStage,
      memoryBytes: options.memoryBytes ?? MEMORY_BYTES,
      tiles: options.tiles?.(info),
    },
  });
}
