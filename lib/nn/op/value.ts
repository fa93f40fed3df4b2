import type { ElementType, TensorRole } from "../../core/plan.ts";
import type { Shape } from "../../core/shape.ts";

/** A tensor while a plan is made: identity counts, memory is given out later. */
export interface Value {
  readonly label: string;
  readonly role: TensorRole;
  readonly type: ElementType;
  /** Shape of one replica. */
  readonly shape: Shape;
  /** Whether all replicas read the same copy. */
  readonly shared: boolean;
}

/** A new float32 value, one copy a replica. */
export function value(
  label: string,
  role: TensorRole,
  shape: Shape,
  { type = "f32" as ElementType, shared = false } = {},
): Value {
  return { label, role, type, shape, shared };
}

/** Where a gradient goes: added to what is there, or written anew. */
export interface Gradient {
  readonly value: Value;
  readonly accumulate: boolean;
}
