import type { Gpu } from "./gpu.ts";

/** What to copy: `bytes` of `source` from `offset` (default 0) on, after what `encoder` (default: nothing) holds. */
export interface Copy {
  readonly source: GPUBuffer;
  readonly offset?: number;
  readonly bytes: number;
  readonly encoder?: GPUCommandEncoder;
}

/** Copies from the device to the host through a few buffers in turn, so that nobody waits for the last copy. */
export class Readback {
  readonly #gpu: Gpu;
  readonly #all: GPUBuffer[] = [];
  readonly #idle: GPUBuffer[] = [];
  readonly #waiting: ((buffer: GPUBuffer) => void)[] = [];

  /**
   * Takes `count` buffers of `bytes` each.
   *
   * @throws {NablaError} If the memory budget would be passed
   */
  constructor(
    gpu: Gpu,
    { label, bytes, count }: { label: string; bytes: number; count: number },
  ) {
    this.#gpu = gpu;
    try {
      while (this.#all.length < count) {
        this.#all.push(gpu.createBuffer(
          `${label}: readback`,
          Math.ceil(bytes / 16) * 16,
          GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
        ));
      }
    } catch (error) {
      this.destroy();
      throw error;
    }
    this.#idle.push(...this.#all);
  }

  /** Whether every buffer is in use. */
  get busy(): boolean {
    return this.#idle.length === 0;
  }

  /** Sets a buffer aside for one {@linkcode copy}; only while not {@linkcode busy}. */
  take(): GPUBuffer {
    return this.#idle.pop()!;
  }

  /** Resolves with the next buffer that comes back, in the order of the calls; only while busy. */
  next(): Promise<GPUBuffer> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /**
   * Submits what is encoded together with the copy to a buffer that was set
   * aside, and resolves with its bytes.
   *
   * @throws {NablaError} If the device has failed
   */
  async copy(
    staging: GPUBuffer,
    { source, offset = 0, bytes, encoder }: Copy,
  ): Promise<ArrayBuffer> {
    const { device } = this.#gpu;
    const commands = encoder ?? device.createCommandEncoder();
    commands.copyBufferToBuffer(source, offset, staging, 0, bytes);
    device.queue.submit([commands.finish()]);
    try {
      await staging.mapAsync(GPUMapMode.READ, 0, bytes);
      this.#gpu.check();
      return staging.getMappedRange(0, bytes).slice(0);
    } catch (error) {
      await this.#gpu.settle();
      this.#gpu.check();
      throw error;
    } finally {
      this.#release(staging);
    }
  }

  #release(staging: GPUBuffer): void {
    try {
      if (staging.mapState === "mapped") staging.unmap();
    } catch {
      // A lost device cannot unmap; the loss itself is what is reported.
    }
    const waiting = this.#waiting.shift();
    if (waiting) waiting(staging);
    else this.#idle.push(staging);
  }

  /** Gives the buffers back. */
  destroy(): void {
    for (const buffer of this.#all.splice(0)) this.#gpu.destroyBuffer(buffer);
  }
}
