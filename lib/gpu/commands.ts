import type { Plan, Tensor } from "../core/plan.ts";
import { sizeOf } from "../core/shape.ts";
import type { Gpu } from "./gpu.ts";
import type { Pipeline } from "./pipelines.ts";
import type { Place } from "./places.ts";
import type { StepRecord } from "./step_record.ts";
import type { Uniforms } from "./uniforms.ts";

/** One dispatch ready to encode. */
export interface Command {
  readonly pipeline: GPUComputePipeline;
  /** Steps that it takes at most. */
  readonly steps: number;
  /** One for every step of a submit that may be its last if the dispatch binds a stream or a metric, else one for all. */
  readonly groups: readonly GPUBindGroup[];
  readonly grid: readonly [number, number, number];
}

/** What the commands of a program bind. */
export interface Memory {
  /** Of the plan's buffers. */
  readonly places: readonly Place[];
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
  return plan.dispatches.map((dispatch, index) => {
    const { label, grid, bindings, sizes, steps = 1 } = dispatch;
    const { pipeline, layout } = pipelines[index]!;
    const tensors = bindings.map(({ tensor }) => plan.tensors[tensor]!);
    const changes = tensors.some(({ role }) =>
      role === "stream" || role === "metric"
    );
    const uniform = sizes
      ? [{ binding: sizes.index, resource: memory.uniforms.binding(index) }]
      : [];
    const group = (_: unknown, last: number) =>
      gpu.device.createBindGroup({
        label,
        layout,
        entries: [
          ...bindings.map((binding, i) => ({
            binding: binding.index,
            resource: locate(tensors[i]!, plan, {
              ...memory,
              first: last - last % steps,
              last,
              whole: binding.whole ?? false,
            }),
          })),
          ...uniform,
        ],
      });
    const count = changes ? memory.stepsPerSubmit : 1;
    const groups = Array.from({ length: count }, group);
    return { pipeline, steps, grid, groups };
  });
}

/** Where a tensor, or the whole of its buffer, lies in the steps from `first` to `last` of a submit. */
function locate(
  { buffer, offset, role, shape, replicas }: Tensor,
  { buffers }: Plan,
  { places, streams, metrics, first, last, whole }: Memory & {
    first: number;
    last: number;
    whole: boolean;
  },
): GPUBufferBinding {
  const place = places[buffer]!;
  const record = role === "stream"
    ? streams.bytes
    : role === "metric"
    ? metrics.bytes
    : 0;
  const begin = place.offset + record * first;
  return whole
    ? {
      buffer: place.buffer,
      offset: begin,
      size: record ? record * (last - first + 1) : buffers[buffer]!.bytes,
    }
    : {
      buffer: place.buffer,
      offset: begin + offset,
      size: Math.ceil(4 * replicas * sizeOf(shape) / 16) * 16,
    };
}

/** Adds a dispatch to a pass that has come to step `last` of a submit; `ends` if that is the submit's last. */
export function encode(
  pass: GPUComputePassEncoder,
  { pipeline, groups, grid, steps }: Command,
  { last, ends }: { last: number; ends: boolean },
): void {
  if (!ends && (last + 1) % steps !== 0) return;
  pass.setPipeline(pipeline);
  pass.setBindGroup(0, groups[last] ?? groups[0]!);
  pass.dispatchWorkgroups(...grid);
}
