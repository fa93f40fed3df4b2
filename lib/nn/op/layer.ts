import type { ElementType } from "../../core/plan.ts";
import type { Shape } from "../../core/shape.ts";
import type { Parameter } from "../graph.ts";
import type { Initializer } from "../initializers.ts";
import type { Op } from "./ops.ts";
import type { Gradient, Value } from "./value.ts";

/** A trainable array: its shape and how its first values are drawn. */
export interface ParameterSpec {
  readonly shape: Shape;
  readonly initial: Initializer;
}

/** An array that a layer keeps between steps besides its parameters; no optimizer touches it. */
export interface StateSpec {
  readonly shape: Shape;
  /** What every number of it starts with. */
  readonly initial: number;
}

/** What the host gives every step anew, whatever the model; bound where an op reads it. */
export interface StepStreams {
  /** [1] u32: how many rows of the batch count. */
  readonly examples: Value;
  /** [1] u32: updates done before this one. */
  readonly step: Value;
  /** [1] u32 a replica: seed of what is drawn on the device. */
  readonly seed: Value;
}

/** The values of one use of a layer in the forward pass. */
export interface ForwardValues {
  /** Name of the layer in its graph, as in `dense1`; ops are labelled by it. */
  readonly label: string;
  readonly inputs: readonly Value[];
  readonly output: Value;
  /** By the names in `BuiltLayer.parameters`. */
  readonly parameters: Readonly<Record<string, Value>>;
  /** By the names in `BuiltLayer.states`. */
  readonly states: Readonly<Record<string, Value>>;
  readonly streams: StepStreams;
  /** Whether this is a step of training, else of evaluation. */
  readonly training: boolean;
  /** A value that lives within the step: the forward and the backward pass get the same one by its name. */
  scratch(name: string, shape: Shape, type?: ElementType): Value;
}

/** What the backward pass has besides: ∂L/∂output is there, the rest is wanted. */
export interface BackwardValues extends ForwardValues {
  readonly dOutput: Value;
  /** ∂L/∂input for each input; `null` where nothing needs it. */
  readonly dInputs: readonly (Gradient | null)[];
  /** ∂L/∂parameter by name. */
  readonly dParameters: Readonly<Record<string, Gradient>>;
}

/** A layer for given input shapes, batch first. */
export interface BuiltLayer {
  readonly output: Shape;
  /** Parameters in the order in which their first values are drawn. */
  readonly parameters: Readonly<Record<string, ParameterSpec>>;
  /** Default: none. */
  readonly states?: Readonly<Record<string, StateSpec>>;
  /**
   * When the output is the only input, number by number: then it takes its place
   * in memory, and no op runs. Where that cannot be, because one of them is to be
   * read after the step, the ops run. Default: never.
   */
  readonly identity?: "always" | "evaluation";
  /** Fewest examples of a step of training, where the layer needs several to tell them apart. Default: 1. */
  readonly leastExamples?: number;
  forward(values: ForwardValues): Op[];
  /** Ops that need a parameter come before those that finish its gradient, so that its update can be fused. */
  backward(values: BackwardValues): Op[];
}

/**
 * The shape of the only input of a layer.
 *
 * @throws {RangeError} If there is none or more than one
 */
export function onlyInput(kind: string, inputs: readonly Shape[]): Shape {
  const [input] = inputs;
  if (!input || inputs.length !== 1) {
    throw new RangeError(
      `Cannot apply ${kind} to ${inputs.length} inputs: it takes one`,
    );
  }
  return input;
}

/** A layer is a description: it holds no memory and no GPU object. */
export interface Layer {
  /** As in `dense`; nodes are named by it and a number. */
  readonly kind: string;
  /** Parameters that come from outside, because other layers use them too. */
  readonly parameters?: Readonly<Record<string, Parameter>>;
  /** What it was made with, for those who compute the same elsewhere, as a float64 oracle does. */
  readonly options?: Readonly<Record<string, number | readonly number[]>>;
  /** @throws {RangeError} If the inputs have shapes that the layer cannot take */
  build(inputs: readonly Shape[]): BuiltLayer;
}
