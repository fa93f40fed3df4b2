import type { Plan, Tensor } from "../core/plan.ts";
import { sizeOf } from "../core/shape.ts";
import type { Gpu } from "./gpu.ts";
import type { Pipeline } from "./pipelines.ts";
import type { StepRecord } from "./step_record.ts";
import type { Uniforms } from "./uniforms.ts";

/** One dispatch ready to encode. */
export interface Command {
  readonly pipeline: GPUComputePipeline;
  /** One for every step of a submit if the dispatch binds a stream or a metric, else one for all. */
  readonly groups: readonly GPUBindGroup[];
  readonly grid: readonly [number, number, number];
}

/** What the commands of a program bind. */
export interface Memory {
  readonly buffers: readonly GPUBuffer[];
  readonly streams: StepRecord;
  readonly metrics: StepRecord;
  readonly uniforms: Uniforms;
  readonly stepsPerSubmit: number;
}

/** Binds memory to every dispatch of a plan. */
export function bindCommands(
  gpu: Gpu,
  plan: Plan,
  { pipelines, memory }: { pipelines: readonly Pipeline[]; memory: Memory },
): Command[] {
  return plan.dispatches.map(({ label, grid, bindings, sizes }, index) => {
    const { pipeline, layout } = pipelines[index]!;
    const tensors = bindings.map(({ tensor }) => plan.tensors[tensor]!);
    const changes = tensors.some(({ role }) =>
      role === "stream" || role === "metric"
    );
    const uniform = sizes
      ? [{ binding: sizes.index, resource: memory.uniforms.binding(index) }]
      : [];
    const group = (_: unknown, step: number) =>
      gpu.device.createBindGroup({
        label,
        layout,
        entries: [
          ...bindings.map(({ index }, i) => ({
            binding: index,
            resource: locate(tensors[i]!, memory, step),
          })),
          ...uniform,
        ],
      });
    const steps = changes ? memory.stepsPerSubmit : 1;
    return { pipeline, grid, groups: Array.from({ length: steps }, group) };
  });
}

/** Where a tensor lies in a given step of a submit. */
function locate(
  { buffer, offset, role, shape, replicas }: Tensor,
  { buffers, streams, metrics }: Memory,
  step: number,
): GPUBufferBinding {
  const record = role === "stream"
    ? streams.bytes
    : role === "metric"
    ? metrics.bytes
    : 0;
  return {
    buffer: buffers[buffer]!,
    offset: record * step + offset,
    size: Math.ceil(4 * replicas * sizeOf(shape) / 16) * 16,
  };
}

/** Adds a dispatch of a given step to a pass. */
export function encode(
  pass: GPUComputePassEncoder,
  { pipeline, groups, grid }: Command,
  step: number,
): void {
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, groups[step] ?? groups[0]!);
  pass.dispatchWorkgroups(...grid);
}
