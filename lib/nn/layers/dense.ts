import { checkOptions, either, flag, whole } from "../../core/options.ts";
import { sameShape, type Shape } from "../../core/shape.ts";
import { affine } from "../op/affine.ts";
import type { Parameter } from "../graph.ts";
import { type Initializer, torchDefault, zeros } from "../initializers.ts";
import { initializer, parameter } from "../op/option_rules.ts";
import {
  type BuiltLayer,
  type Layer,
  onlyInput,
  type ParameterSpec,
} from "../op/layer.ts";

/** Options of {@linkcode dense}. */
export interface DenseOptions {
  /** Width of the output; that of `weight` if one is given. */
  readonly units?: number;
  /** Whether to add a bias, or a parameter [units] to add, which other layers may use too. Default: true. */
  readonly bias?: boolean | Parameter;
  /** First weights. Default: PyTorch's, U(±1/√features). */
  readonly initial?: Initializer;
  /** First biases. Default: PyTorch's with its default weights, else zero. */
  readonly initialBias?: Initializer;
  /** A parameter [units, features] to use, which other layers may use too. */
  readonly weight?: Parameter;
}

/**
 * Fully connected layer, `y = x Wᵀ + b`.
 *
 * Shapes: input [batch, features], weight [units, features] (PyTorch's order),
 * bias [units], output [batch, units]. Gradients: dX = dY W, dW = dYᵀ X,
 * db = Σ dY over the batch. Source: torch.nn.Linear.
 *
 * @throws {RangeError} If `units` is no positive integer, or the input is not [batch, features]
 */
export function dense(options: DenseOptions): Layer {
  checkOptions("make dense", options, {
    units: whole(1),
    bias: either(flag, parameter),
    initial: initializer,
    initialBias: initializer,
    weight: parameter,
  });
  const { weight, bias } = options;
  const shared = {
    ...(weight && { weight }),
    ...(typeof bias === "object" && { bias }),
  };
  const units = options.units ?? weight?.shape[0];
  if (units === undefined) {
    throw new RangeError(
      "Cannot make dense without units: give units, or a weight to use",
    );
  }
  return {
    kind: "dense",
    parameters: shared,
    build: (inputs) => build(onlyInput("dense", inputs), units, options),
  };
}

function build(input: Shape, units: number, options: DenseOptions): BuiltLayer {
  const [batch, features] = input;
  if (batch === undefined || features === undefined || input.length !== 2) {
    throw new RangeError(
      `Cannot build a dense layer on an input of shape [${input}]: it must be [batch, features], flatten it first`,
    );
  }
  const { weight, bias = true, initial, initialBias } = options;
  if (weight && (weight.shape[1] !== features || weight.shape[0] !== units)) {
    throw new RangeError(
      `Cannot build a dense layer with weight ${weight.label} of shape [${weight.shape}]: ${units} units on ${features} features need [${units},${features}]`,
    );
  }
  if (typeof bias === "object" && !sameShape(bias.shape, [units])) {
    throw new RangeError(
      `Cannot build a dense layer with bias ${bias.label} of shape [${bias.shape}]: ${units} units need [${units}]`,
    );
  }
  const fallback = torchDefault(features);
  const parameters: Record<string, ParameterSpec> = {
    weight: { shape: [units, features], initial: initial ?? fallback },
  };
  if (bias) {
    parameters.bias = {
      shape: [units],
      initial: initialBias ?? (initial ? zeros : fallback),
    };
  }
  return {
    output: [batch, units],
    parameters,
    ...affine({
      rows: { in: batch, out: batch },
      inputs: features,
      outputs: units,
    }),
  };
}
