import type { Plan, PlanLayer, Target, Widths } from "../core/plan.ts";
import {
  checkOptions,
  flag,
  having,
  listOf,
  number,
  oneOf,
  required,
  type Rules,
  text,
  whole,
} from "../core/options.ts";
import { sizeOf } from "../core/shape.ts";
import type { TorchRandom } from "../core/random.ts";
import { assemble, assembleDrafts } from "./planner/assemble.ts";
import { differentiate } from "./planner/differentiate.ts";
import { type Executor, stepsDraft } from "./planner/executor.ts";
import type { Graph } from "./graph.ts";
import type { Loss } from "./op/loss.ts";
import type { Optimizer } from "./op/optimizer.ts";
import {
  checkUpdate,
  deviceTarget,
  planning,
  updateOps,
  type UpdateOptions,
  updateRules,
} from "./planner/updates.ts";
import { checkWidths } from "./planner/widths.ts";

/** What a plan computes, and for which device. */
export interface PlanOptions extends UpdateOptions {
  /** For messages and profiles, as in `torch-parity training`. */
  readonly name: string;
  readonly model: Graph;
  /** Examples per step and replica. */
  readonly batch: number;
  /** Models trained side by side. Default: 1. */
  readonly replicas?: number;
  /** Without a loss the plan only computes the output. */
  readonly loss?: Loss;
  /** With an optimizer the parameters move. Default: none; a plan with a loss alone evaluates. */
  readonly optimizer?: Optimizer;
  /**
   * Whether the loss is differentiated by the parameters; without an optimizer
   * the gradients can be read, as `dense1.dWeight`. Default: whether something
   * needs them: an optimizer, `accumulateGradients`, `keepGradients` or
   * `gradientNorm`.
   */
  readonly gradients?: boolean;
  /**
   * Whether layers do what they do in training: dropout draws masks, batch
   * normalization takes the batch's statistics and moves the running ones.
   * Default: whether the plan computes `gradients`.
   */
  readonly training?: boolean;
  /** Whether ∂loss/∂input is computed, readable as `dX` for input `x`; alone, the plan still evaluates. Default: false. */
  readonly inputGradients?: boolean;
  /** Whether gradients stay readable although an optimizer uses them. Default: false. */
  readonly keepGradients?: boolean;
  /**
   * Whether gradients add to those of earlier steps, in the same memory, instead
   * of moving the parameters: `buildUpdatePlan()` makes the plan that applies and
   * clears them. They are state, as `dense1.dWeight`. Default: false.
   */
  readonly accumulateGradients?: boolean;
  /** Whether every replica gets inputs and targets of its own, or only a `target`. Default: false. */
  readonly ownData?: boolean | "target";
  /** Nodes whose output stays readable, as in `dense1`. Default: none; the model's output if there is no loss. */
  readonly outputs?: readonly string[];
  /**
   * Units of each hidden layer that every replica has, `[replicas][hidden layers]`,
   * for perceptrons of different widths side by side: `initialize()` then draws
   * what each would draw by itself and leaves the rest zero, where it stays; many
   * steps in one dispatch skip what is zero. Default: all have all.
   */
  readonly widths?: Widths;
  /**
   * How training runs: `layers`, a dispatch or more for each layer, or `steps`,
   * many steps of a small perceptron in one dispatch. Both give the same numbers
   * but for rounding. Default: what is estimated to be faster.
   */
  readonly executor?: Executor;
  readonly target: Target;
}

const rules: Rules<PlanOptions> = {
  ...updateRules,
  name: required(text),
  model: required(having("a graph, as sequential() makes", "nodes", "output")),
  batch: required(whole(1)),
  replicas: whole(1),
  loss: having("a loss, as crossEntropy() makes", "build"),
  gradients: flag,
  training: flag,
  inputGradients: flag,
  keepGradients: flag,
  accumulateGradients: flag,
  ownData: oneOf(true, false, "target"),
  outputs: listOf(text),
  widths: listOf(listOf(number())),
  executor: oneOf("layers", "steps"),
  target: required(deviceTarget),
};

/**
 * Makes one list of tensors and dispatches out of a model, a loss and an
 * optimizer. With a loss and no optimizer it evaluates: no mask is drawn,
 * running statistics are used and stay as they are, nothing is differentiated.
 * Streams to be given each step: the model's inputs, `target`,
 * `examples` (rows of the batch that count), with an optimizer `learningRate`,
 * with `weightDecay: "stream"` `weightDecay`, with layers that draw in training
 * or an optimizer that counts `step` (updates done before this one), and with
 * such layers `seed`. Metrics: those of the loss, and `gradientNorm` if asked for.
 *
 * @throws {RangeError} If an option is unknown or out of range, shapes do not fit, `outputs` names no node, two tensors have one name, options contradict each other, or the executor cannot run the plan
 * @throws {NablaError} If a limit of the target is passed
 */
export function buildPlan(options: PlanOptions): Plan {
  checkOptions(planning(options), options, rules);
  const { name, model, batch, replicas = 1, loss, optimizer, target } = options;
  const { widths } = options;
  const outputs = options.outputs ?? [];
  const unknown = outputs.find((label) =>
    !model.nodes.some((node) => node.label === label)
  );
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot plan ${name} with output ${unknown}: the model has ${
        model.nodes.map(({ label }) => label).join(", ")
      }`,
    );
  }
  const { accumulateGradients = false } = options;
  const gradients = wantsGradients(options);
  const { training = gradients } = options;
  const step = differentiate({
    model,
    batch,
    loss,
    training,
    gradients,
    keepGradients: !optimizer || (options.keepGradients ?? false),
    accumulateGradients,
    inputGradients: options.inputGradients ?? false,
    ownData: options.ownData ?? false,
    outputs,
  });
  const leastExamples = training ? fewest(model, batch) : undefined;
  if (batch < (leastExamples ?? 1)) {
    throw new RangeError(
      `Cannot plan ${name} with batch ${batch}: batch normalization in training needs more than one value per channel; use a batch of at least ${leastExamples}, or layerNorm()`,
    );
  }
  if (widths) checkWidths(model, widths, { action: `plan ${name}`, replicas });
  checkUpdate(name, options, step.gradients.size);
  const gradientOf = new Map(
    [...step.gradients].map((
      [parameter, gradient],
    ) => [step.parameters.get(parameter)!, gradient]),
  );
  const ops = [
    ...step.ops,
    ...updateOps(gradientOf, { ...options, step: step.streams.step }),
  ];
  const steps = stepsDraft(ops, {
    ...options,
    replicas,
    loss: loss?.build([batch, ...model.output.shape]).columns,
  });
  const assembled = {
    name,
    batch,
    replicas,
    training,
    ...(leastExamples !== undefined && { leastExamples }),
    target,
    extra: [...step.parameters.values(), ...step.states],
    parameters: model.parameters.reduce(
      (sum, { shape }) => sum + sizeOf(shape),
      0,
    ),
    layers: layersOf(model),
    widths,
  };
  return steps ? assembleDrafts([steps], assembled) : assemble(ops, assembled);
}

/** Fewest examples that every layer can be trained on; none if one is enough. */
function fewest({ nodes }: Graph, batch: number): number | undefined {
  const least = Math.max(
    1,
    ...nodes.map(({ layer, inputs }) =>
      layer!.build(inputs.map(({ shape }) => [batch, ...shape]))
        .leastExamples ?? 1
    ),
  );
  return least > 1 ? least : undefined;
}

/**
 * Whether the loss is to be differentiated by the parameters.
 *
 * @throws {RangeError} If options that concern gradients contradict each other
 */
function wantsGradients(options: PlanOptions): boolean {
  const { name, loss, optimizer, accumulateGradients } = options;
  if (accumulateGradients && optimizer) {
    throw new RangeError(
      `Cannot plan ${name} with accumulateGradients and an optimizer: give the optimizer to buildUpdatePlan()`,
    );
  }
  const { keepGradients, gradientNorm, inputGradients } = options;
  const needing = Object.entries({
    optimizer,
    accumulateGradients,
    keepGradients,
    gradientNorm,
  }).flatMap(([option, value]) => value ? [option] : []);
  const { gradients = needing.length > 0 } = options;
  if (needing.length > 0 && !gradients) {
    throw new RangeError(
      `Cannot plan ${name} with ${
        needing[0]
      } and gradients false: it needs the gradients; leave one of the two out`,
    );
  }
  if (loss === undefined && (gradients || inputGradients)) {
    const option = needing[0] ?? (gradients ? "gradients" : "inputGradients");
    throw new RangeError(
      `Cannot plan ${name} with ${option} and no loss: there is nothing to differentiate; give it a loss`,
    );
  }
  return gradients;
}

/** Inputs and layers of a model as a plan lists them. */
function layersOf({ inputs, nodes }: Graph): PlanLayer[] {
  const labels = (named: Readonly<Record<string, { label: string }>>) =>
    Object.fromEntries(
      Object.entries(named).map(([name, { label }]) => [name, label]),
    );
  return [...inputs, ...nodes].map((node) => ({
    label: node.label,
    kind: node.layer?.kind ?? "input",
    inputs: node.inputs.map(({ label }) => label),
    shape: node.shape,
    parameters: labels(node.parameters),
    states: labels(node.states),
  }));
}

/**
 * First values of every parameter of a model, drawn in the order in which its
 * layers were made, weight before bias, as PyTorch does: by label.
 */
export function initialParameters(
  model: Graph,
  random: TorchRandom,
): Record<string, Float32Array> {
  return Object.fromEntries(
    model.parameters.map((
      { label, shape, initial },
    ) => [label, initial(random, shape)]),
  );
}

/** First values of everything that a model's layers keep besides parameters, by label. */
export function initialStates(model: Graph): Record<string, Float32Array> {
  return Object.fromEntries(
    model.nodes.flatMap(({ states }) => Object.values(states)).map((
      { label, shape, initial },
    ) => [label, new Float32Array(sizeOf(shape)).fill(initial)]),
  );
}
