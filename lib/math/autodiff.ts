/**
 * Reverse-mode differentiation of float64 arrays: every operation notes how its
 * output's gradient flows to its inputs, and `backward` walks the notes from the
 * end. The operations are in `operations.ts`, the losses in `losses.ts`.
 *
 * Source: Griewank and Walther 2008, Evaluating Derivatives, section 3.2.
 */
import { checkShape, type Shape, sizeOf } from "../core/shape.ts";

/** A value of a computation, row-major, with its place in the graph. */
export interface Var {
  readonly value: Float64Array;
  readonly shape: Shape;
  /** `∂s/∂value` after `backward(s)`, of the value's shape; zeros before. */
  readonly grad: Float64Array;
  /** Whether a variable takes part in the value; gradients flow only there. */
  readonly tracked: boolean;
  readonly edges: readonly Edge[];
}

/** How the gradient of an output reaches one of the inputs. */
export interface Edge {
  readonly to: Var;
  /** Adds the vector-Jacobian product of `grad`, the output's gradient, to `into`, the input's. */
  readonly pull: (grad: Float64Array, into: Float64Array) => void;
}

/**
 * A leaf that `backward` finds the gradient of; the data is copied.
 *
 * @throws {TypeError} If the data does not fill the shape
 */
export function variable(data: ArrayLike<number>, shape: Shape): Var {
  return { ...constant(data, shape), tracked: true };
}

/**
 * A leaf without gradient; the data is copied.
 *
 * @throws {TypeError} If the data does not fill the shape
 */
export function constant(data: ArrayLike<number>, shape: Shape): Var {
  return operation(Float64Array.from(data), shape, []);
}

/**
 * The output of an operation, for those who define one.
 *
 * @throws {TypeError} If the value does not fill the shape
 */
export function operation(
  value: Float64Array,
  shape: Shape,
  edges: readonly Edge[],
): Var {
  checkShape("a variable", shape);
  if (sizeOf(shape) !== value.length) {
    throw new TypeError(
      `Cannot give ${value.length} numbers the shape [${shape}]: it needs ${
        sizeOf(shape)
      }`,
    );
  }
  const grad = new Float64Array(value.length);
  const tracked = edges.some(({ to }) => to.tracked);
  return { value, shape, grad, tracked, edges };
}

/**
 * Sets `grad` of everything that `scalar` depends on to `∂scalar/∂value`. What an
 * earlier call left there is overwritten, not added to.
 *
 * @param observe Called when a value has passed its gradient on to its inputs
 * @throws {TypeError} If `scalar` has more than one element
 */
export function backward(
  scalar: Var,
  observe?: (passed: Var) => void,
): void {
  if (scalar.value.length !== 1) {
    throw new TypeError(
      `Cannot differentiate a value of shape [${scalar.shape}]: it must be a scalar, reduce it with sum()`,
    );
  }
  const order = inputsFirst(scalar);
  for (const node of order) node.grad.fill(0);
  scalar.grad[0] = 1;
  for (const node of order.reverse()) {
    for (const { to, pull } of node.edges) {
      if (to.tracked) pull(node.grad, to.grad);
    }
    observe?.(node);
  }
}

/** Everything tracked below `root`, each after all its inputs; deep graphs cost no call stack. */
function inputsFirst(root: Var): Var[] {
  const order: Var[] = [];
  const seen = new Set<Var>([root]);
  const stack = [{ node: root, next: 0 }];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const edge = top.node.edges[top.next++];
    if (edge === undefined) {
      order.push(top.node);
      stack.pop();
    } else if (edge.to.tracked && !seen.has(edge.to)) {
      seen.add(edge.to);
      stack.push({ node: edge.to, next: 0 });
    }
  }
  return order;
}
