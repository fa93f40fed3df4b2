import type { ShaderSource } from "../../../shaders/mod.ts";
import type { ElementType } from "../../core/plan.ts";
import type { Shape } from "../../core/shape.ts";
import type { Op } from "./ops.ts";
import type { Value } from "./value.ts";

/** The values a loss works on. */
export interface LossValues {
  /** Output of the model, [batch, ...]. */
  readonly output: Value;
  /** What the output should be; absent if the loss has no target. */
  readonly target?: Value;
  /** [1] u32: how many rows of the batch count. */
  readonly examples: Value;
  /** Metrics by name, [1] a replica. */
  readonly metrics: Readonly<Record<string, Value>>;
}

/** A loss as `steps.wgsl` computes it, four examples at a time. */
export interface LossColumns {
  /** File with `lossOf` and `reportLoss`. */
  readonly file: ShaderSource;
  /** Files with functions that it calls. */
  readonly needs?: readonly ShaderSource[];
  /** Values of its `override` constants. */
  readonly constants: Readonly<Record<string, number>>;
  /** Loop iterations of one call of `lossOf`. */
  readonly iterations: number;
}

/** What a loss compares the output with. */
export interface LossTarget {
  /** Batch first. */
  readonly shape: Shape;
  readonly type: ElementType;
  /** How many classes there are, if the target holds class numbers. Default: it holds other numbers. */
  readonly classes?: number;
}

/** A loss for a given output shape, batch first. */
export interface BuiltLoss {
  /** What the target looks like; `null` if there is none. */
  readonly target: LossTarget | null;
  /** Numbers reported every step, by name; `loss` is one of them. */
  readonly metrics: Readonly<Record<string, ElementType>>;
  forward(values: LossValues): Op[];
  /** Ops that write ∂loss/∂output. */
  backward(values: LossValues, dOutput: Value): Op[];
  /** Default: none; then many steps of it never run in one dispatch. */
  readonly columns?: LossColumns;
}

/** A scalar to minimise, computed from the output of a model. */
export interface Loss {
  /** As in `softmax cross-entropy`. */
  readonly kind: string;
  /** @throws {RangeError} If the output has a shape that the loss cannot take */
  build(output: Shape): BuiltLoss;
}

/** Numbers from one replica's target to the next: 0 if all share it. */
export function replicaStride(target: Value, count: number): number {
  return target.shared ? 0 : count;
}
