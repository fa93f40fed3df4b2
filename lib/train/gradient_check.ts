/** Gradients of the device against float64: reverse mode and central differences. */
import { gradientLabel } from "../nn/planner/differentiate.ts";
import type { Graph } from "../nn/graph.ts";
import type { Program } from "../gpu/mod.ts";
import { backward, constant, type Var, variable } from "../math/autodiff.ts";
import { largest, relativeError } from "../math/compare.ts";
import { centralDifferences } from "../math/differences.ts";

/** Numbers by the label of a parameter. */
export type ByParameter = Readonly<Record<string, ArrayLike<number>>>;

/** How far a parameter's gradient is from the oracle's. */
export interface GradientErrors {
  /** Label of the parameter. */
  readonly parameter: string;
  /** Largest error against reverse mode, relative to the gradient's largest entry. */
  readonly reverse: number;
  /** The same against central differences. */
  readonly central: number;
}

/** Gradients of all parameters of `model` after a step of a plan that keeps them. */
export async function readGradients(
  program: Program,
  model: Graph,
): Promise<Record<string, Float32Array>> {
  const gradients: Record<string, Float32Array> = {};
  for (const { label } of model.parameters) {
    gradients[label] = await program.read(gradientLabel(label));
  }
  return gradients;
}

/**
 * Compares the gradients of `model`'s parameters with those of `loss`, the same
 * function in float64, at the same values.
 *
 * @param options.step Step of the central differences, in units of the parameters; kinks must be further away. Default: 1e-4
 */
export function checkGradients(
  model: Graph,
  loss: (variables: Record<string, Var>) => Var,
  options: { values: ByParameter; gradients: ByParameter; step?: number },
): GradientErrors[] {
  const { values, gradients, step = 1e-4 } = options;
  const variables = Object.fromEntries(
    model.parameters.map((
      { label, shape },
    ) => [label, variable(values[label]!, shape)]),
  );
  backward(loss(variables));
  return model.parameters.map(({ label, shape }) => {
    const { value, grad } = variables[label]!;
    const differences = centralDifferences(
      (moved) => {
        const replaced = { ...variables, [label]: constant(moved, shape) };
        return loss(replaced).value[0]!;
      },
      value,
      { step },
    );
    const floor = largest(grad);
    const error = (expected: Float64Array) =>
      relativeError(gradients[label]!, expected, { floor }).error;
    return {
      parameter: label,
      reverse: error(grad),
      central: error(differences),
    };
  });
}
