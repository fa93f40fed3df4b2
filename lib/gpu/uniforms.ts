import type { Dispatch } from "../core/plan.ts";
import type { Gpu } from "./gpu.ts";

/** The uniform blocks of all dispatches of a plan, in one buffer. */
export interface Uniforms {
  /** Absent if no dispatch has a block. */
  readonly buffer: GPUBuffer | null;
  /** Where the block of dispatch `index` lies. */
  binding(index: number): GPUBufferBinding;
}

/** Blocks are bound in multiples of 16 bytes. */
const blockBytes = (words: readonly number[]) =>
  Math.ceil(words.length / 4) * 16;

/** Writes every block at an offset that the device allows. */
export function writeUniforms(
  gpu: Gpu,
  name: string,
  dispatches: readonly Dispatch[],
): Uniforms {
  const alignment = gpu.device.limits.minUniformBufferOffsetAlignment;
  let end = 0;
  const offsets = dispatches.map(({ sizes }) => {
    const offset = Math.ceil(end / alignment) * alignment;
    if (sizes) end = offset + blockBytes(sizes.words);
    return offset;
  });
  if (end === 0) {
    return {
      buffer: null,
      binding: () => {
        throw new RangeError(`${name} has no uniform blocks`);
      },
    };
  }
  const words = new Uint32Array(end / 4);
  dispatches.forEach(({ sizes }, i) =>
    sizes && words.set(sizes.words, offsets[i]! / 4)
  );
  const buffer = gpu.createBuffer(
    `${name}: sizes`,
    words.byteLength,
    GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST,
  );
  gpu.device.queue.writeBuffer(buffer, 0, words);
  return {
    buffer,
    binding: (index) => ({
      buffer,
      offset: offsets[index]!,
      size: blockBytes(dispatches[index]!.sizes!.words),
    }),
  };
}
