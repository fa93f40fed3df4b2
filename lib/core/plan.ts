/**
 * A plan is data: every tensor and every dispatch of a training or inference
 * step, with FLOPs, bytes and loop iterations. Nothing here touches a GPU, so a
 * plan can be printed, counted, limit-checked and tested anywhere.
 */
import type { Shape } from "./shape.ts";
import type { TileChoice, TileTable } from "./tile_table.ts";

/** What a device offers, as far as building a plan depends on it. */
export interface Target {
  /** Lanes of a subgroup if the size is fixed and the feature was granted, else `null`. */
  readonly subgroupSize: number | null;
  /** Whether a subgroup may wait for itself alone (`wgpu-subgroup-barrier`). Default: false. */
  readonly subgroupBarrier?: boolean;
  /** Whether kernels may load 64-bit integers (`wgpu-shader-int64`). */
  readonly int64: boolean;
  /** Whether the adapter computes on the CPU. */
  readonly software: boolean;
  /** Loop iterations, all loops of an invocation added up, after which the driver may cut it off; `Infinity` where none was found. */
  readonly maxIterations: number;
  /** `maxComputeWorkgroupsPerDimension`. */
  readonly maxWorkgroups: number;
  /** Invocations of one workgroup, `maxComputeInvocationsPerWorkgroup`. */
  readonly maxInvocations: number;
  /** Bytes of workgroup memory, `maxComputeWorkgroupStorageSize`. */
  readonly maxWorkgroupBytes: number;
  /** Bytes of one storage binding, `maxStorageBufferBindingSize`. */
  readonly maxBindingBytes: number;
  /** Storage buffers one dispatch may bind, `maxStorageBuffersPerShaderStage`. */
  readonly maxStorageBuffers: number;
  /** Bytes that all buffers of a program may take together. */
  readonly memoryBytes: number;
  /** Tiles that were measured on the device, or that a record names. Default: those that ship. */
  readonly tiles?: TileTable;
}

/**
 * What becomes of a tensor.
 * - `parameter`, `state`: kept between steps, shared between programs, saved in checkpoints.
 * - `stream`: given anew by the host for every step (inputs, targets, learning rates).
 * - `metric`: handed back to the host after every step (loss, correct answers).
 * - `gradient`, `output`: kept after a step so that they can be read.
 * - `scratch`: lives within a step; scratch tensors share memory.
 */
export type TensorRole =
  | "parameter"
  | "state"
  | "stream"
  | "metric"
  | "gradient"
  | "output"
  | "scratch";

/** What the numbers of a tensor are. */
export type ElementType = "f32" | "u32";

/** One tensor of a plan, `[replicas, ...shape]` row-major in memory. */
export interface Tensor {
  readonly id: number;
  /** Unique in the plan and stable, as in `dense1.weight`, `dense1.output`, `dense1.dWeight`. */
  readonly label: string;
  readonly role: TensorRole;
  readonly type: ElementType;
  /** Shape of one replica. */
  readonly shape: Shape;
  /** Of a stream of class numbers: how many classes there are, so that numbers from 0 up to, but without, this one are valid. Default: any number is valid. */
  readonly classes?: number;
  /** Replicas in memory; 1 if all replicas share the tensor. */
  readonly replicas: number;
  /** The buffer it lies in: an index into `Plan.buffers`. */
  readonly buffer: number;
  /** Bytes from the start of the buffer, or of a step's record for streams and metrics. */
  readonly offset: number;
}

/**
 * Memory of a program. `streams` and `metrics` hold one record of `bytes` for every step
 * of a submit (streams, metrics); `kept` ones outlive a step; `scratch` ones are
 * shared by tensors that are never alive together.
 */
export interface BufferSpec {
  readonly kind: "kept" | "scratch" | "streams" | "metrics";
  readonly bytes: number;
}

/** One storage buffer that a dispatch binds. */
export interface Binding {
  /** Name of the variable in the shader. */
  readonly name: string;
  /** `@binding` of the variable in group 0. */
  readonly index: number;
  /** Index into `Plan.tensors`. */
  readonly tensor: number;
  readonly access: "read" | "read_write";
  /**
   * Whether all of the tensor's buffer is bound, of streams and metrics the
   * records of every step that the dispatch computes. Default: false.
   */
  readonly whole?: boolean;
}

/** WGSL ready to compile. Equal `code`, `entry` and `constants` share one pipeline. */
export interface Kernel {
  /** File the kernel comes from, as in `gemm.wgsl`. */
  readonly file: string;
  /** Tile, layout or epilogue, as in `NT 64×32 subgroup, bias, relu`; empty where there is one form only. */
  readonly variant: string;
  /** Entry point. */
  readonly entry: string;
  readonly code: string;
  /** The files that `code` was put together from, and the line where each begins, from 0. */
  readonly pieces: readonly { readonly file: string; readonly line: number }[];
  /** Values of `override` constants. */
  readonly constants: Readonly<Record<string, number>>;
}

/** What a dispatch is a part of. */
export interface StepPart {
  /** Label of a layer, or `loss`; absent where it only moves parameters. */
  readonly layer?: string;
  /** Default: `backward`, which ends with the update of parameters. */
  readonly pass?: "forward" | "backward";
}

/** What a dispatch does of a part of a step. */
export interface PartWork
  extends StepPart, Pick<Dispatch, "flops" | "products" | "bytes"> {}

/** One dispatch of a step. */
export interface Dispatch extends StepPart {
  /** What it computes, as in `dense1 forward`. */
  readonly label: string;
  readonly kernel: Kernel;
  readonly bindings: readonly Binding[];
  /** The uniform block `sizes`, all u32; absent if the shader has none. */
  readonly sizes?: {
    readonly index: number;
    readonly words: readonly number[];
  };
  /** Workgroups in x, y, z. */
  readonly grid: readonly [number, number, number];
  /** Multiplications and additions of all invocations. */
  readonly flops: number;
  /** Multiplications of a matrix product or convolution, padding counted; with each goes an addition, and `flops` has both. Default: 0. */
  readonly products?: number;
  /** Bytes that must move at least: every bound tensor once. */
  readonly bytes: number;
  /** Loop iterations of the busiest invocation, all loops added up. */
  readonly iterations: number;
  /** Tile and parts of k, of a matrix product or convolution. */
  readonly choice?: TileChoice;
  /**
   * Steps that it computes at most, one after the other: then it is the only
   * dispatch of its plan, and all that is counted but `iterations` is counted for
   * one step. Default: 1.
   */
  readonly steps?: number;
  /** Where it does the work of several parts of a step, what it does for each. */
  readonly parts?: readonly PartWork[];
}

/** One layer of a plan's model, or one of its inputs. */
export interface PlanLayer {
  /** As in `dense1`. */
  readonly label: string;
  /** As in `dense`; `input` for an input. */
  readonly kind: string;
  /** Labels of what feeds it. */
  readonly inputs: readonly string[];
  /** Shape of one example. */
  readonly shape: Shape;
  /** Labels of its parameters by the layer's names for them, as in `{ weight: "dense1.weight" }`; layers may share one. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Labels of what it keeps besides, by the layer's names. */
  readonly states: Readonly<Record<string, string>>;
}

/** Units of each hidden layer of a multilayer perceptron, for every replica. */
export type Widths = readonly (readonly number[])[];

/** One step of training or inference for all replicas. */
export interface Plan {
  readonly name: string;
  readonly replicas: number;
  /** Examples per step and replica. */
  readonly batch: number;
  /** Whether layers do what they do in training: draw masks, normalize by the batch, move running statistics. */
  readonly training: boolean;
  /** Fewest examples that a step of training can take, where a layer needs several. Default: 1. */
  readonly leastExamples?: number;
  readonly tensors: readonly Tensor[];
  readonly buffers: readonly BufferSpec[];
  /** In the order of execution. */
  readonly dispatches: readonly Dispatch[];
  /** Trainable numbers of one replica. */
  readonly parameters: number;
  /** Units that each replica has of every hidden layer, `[replicas][layers]`; the rest is zero. Default: all have all. */
  readonly widths?: Widths;
  /** The model: inputs first, then layers in the order in which they were applied. Default: none, where a plan has no model. */
  readonly layers?: readonly PlanLayer[];
}
