import { NablaError } from "../core/errors.ts";
import type { Dispatch } from "../core/plan.ts";
import { filesOf, placeOf } from "./shader_faults.ts";

/** A pipeline and the layout its bind groups need. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/** Compiles every kernel once: equal text, entry, constants and bindings share a pipeline. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #subgroupPrelude: string;
  readonly #pipelines = new Map<string, Promise<Pipeline>>();

  constructor(device: GPUDevice, subgroupPrelude: string) {
    this.#device = device;
    this.#subgroupPrelude = subgroupPrelude;
  }

  /** @throws {NablaError} If the kernel does not compile, naming file, line and column */
  get(dispatch: Dispatch): Promise<Pipeline> {
    const { kernel, bindings, sizes } = dispatch;
    const shape = bindings.map(({ index, access }) => `${index} ${access}`)
      .join();
    const constants = JSON.stringify(kernel.constants);
    const key = [kernel.entry, constants, shape, sizes?.index, kernel.code]
      .join("|");
    let pipeline = this.#pipelines.get(key);
    if (!pipeline) {
      pipeline = this.#compile(dispatch);
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }

  async #compile(
    { label, kernel, bindings, sizes }: Dispatch,
  ): Promise<Pipeline> {
    const device = this.#device;
    const prelude = kernel.code.includes("subgroup")
      ? this.#subgroupPrelude
      : "";
    const buffers: [number, GPUBufferBindingType][] = bindings.map((
      { index, access },
    ) => [index, access === "read" ? "read-only-storage" : "storage"]);
    if (sizes) buffers.push([sizes.index, "uniform"]);
    device.pushErrorScope("validation");
    const module = device.createShaderModule({
      label,
      code: prelude + kernel.code,
    });
    const layout = device.createBindGroupLayout({
      label,
      entries: buffers.map(([binding, type]) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type },
      })),
    });
    const compiled = device.createComputePipelineAsync({
      label,
      layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: {
        module,
        entryPoint: kernel.entry,
        constants: kernel.constants,
      },
    }).catch((error: Error) => error);
    const scoped = device.popErrorScope();
    const { messages } = await module.getCompilationInfo();
    const fault = messages.find(({ type }) => type === "error");
    const pipeline = await compiled;
    const invalid = await scoped;
    if (fault) {
      const line = fault.lineNum - (prelude ? 1 : 0);
      const { linePos: column, message } = fault;
      const { place, reason } = placeOf(kernel, { line, column, message });
      throw new NablaError(`Cannot compile ${place} for "${label}": ${reason}`);
    }
    if (pipeline instanceof Error || invalid) {
      const reason = invalid?.message ?? (pipeline as Error).message;
      throw new NablaError(
        `Cannot compile ${
          filesOf(kernel)
        }, entry point ${kernel.entry}, for "${label}": ${reason}`,
      );
    }
    return { pipeline, layout };
  }
}
