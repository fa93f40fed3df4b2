import type { ElementType, TensorRole } from "../../core/plan.ts";
import type { Shape } from "../../core/shape.ts";

/** A tensor while a plan is made: identity counts, memory is given out later. */
export interface Value {
  readonly label: string;
  readonly role: TensorRole;
  readonly type: ElementType;
  /** Shape of one replica. */
  readonly shape: Shape;
  /** How many classes there are, if its numbers are class numbers. */
  readonly classes?: number;
  /** Whether all replicas read the same copy. */
  readonly shared: boolean;
}

/** A new value, by default of float32 numbers and one copy a replica. */
export function value(
  label: string,
  role: TensorRole,
  shape: Shape,
  { type = "f32", shared = false, classes }: Partial<
    Pick<Value, "type" | "shared" | "classes">
  > = {},
): Value {
  const counted = classes === undefined ? {} : { classes };
  return { label, role, type, shape, shared, ...counted };
}

/** Where a gradient goes: added to what is there, or written anew. */
export interface Gradient {
  readonly value: Value;
  readonly accumulate: boolean;
}
