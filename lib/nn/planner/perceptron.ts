/**
 * Finds out whether the ops of a step train a multilayer perceptron, a plain
 * chain of dense layers, which `steps.wgsl` can do many steps at a time.
 */
import type { LossColumns } from "../op/loss.ts";
import type { Activation, KernelOp, Op, Update } from "../op/ops.ts";
import { writes } from "../op/ops.ts";
import type { Value } from "../op/value.ts";

/** A dense layer and the activation after it. */
export interface PerceptronLayer {
  /** Name in the graph, as in `dense1`. */
  readonly label: string;
  readonly inputs: number;
  readonly units: number;
  readonly weight: Value;
  readonly bias?: Value;
  readonly activation?: Activation;
}

/** A multilayer perceptron, its loss and its optimizer. */
export interface Perceptron {
  /** [examples, features] */
  readonly x: Value;
  readonly layers: readonly PerceptronLayer[];
  readonly loss: LossColumns;
  /** What the loss reads besides, and writes. */
  readonly target?: Value;
  readonly examples: Value;
  readonly metrics: Readonly<Record<string, Value>>;
  /** The update of every parameter; all of them come from one optimizer. */
  readonly updates: ReadonlyMap<Value, Update>;
  /** Multiplications and additions of one replica's loss. */
  readonly lossFlops: { readonly forward: number; readonly backward: number };
}

/** Why a step is not that of a perceptron. */
export interface Refusal {
  readonly reason: string;
}

/** The perceptron that the ops of a step train. */
export function perceptronOf(
  ops: readonly Op[],
  loss: LossColumns | undefined,
): Perceptron | Refusal {
  if (!loss) return { reason: "it has no loss that can be taken by columns" };
  const ofLoss = ops.filter(({ layer }) => layer === "loss") as KernelOp[];
  const [forward, backward] = ["forward", "backward"].map((pass) =>
    ofLoss.find((op) => op.pass === pass)
  );
  if (!forward || !backward || ofLoss.length > 2) {
    return { reason: "it differentiates no loss of two kernels" };
  }
  const chain = layersOf(
    ops.filter(({ layer, pass }) => layer !== "loss" && pass === "forward"),
    forward,
  );
  if ("reason" in chain) return chain;
  const updates = updatesOf(ops, chain.layers);
  if ("reason" in updates) return updates;
  const kept = ops.flatMap(writes).find(({ role }) =>
    role === "gradient" || role === "output"
  );
  if (kept) return { reason: `${kept.label} is to be read after a step` };
  const streams = Object.values(forward.reads).filter(({ role }) =>
    role === "stream"
  );
  return {
    ...chain,
    loss,
    target: streams.find(({ label }) => label === "target"),
    examples: streams.find(({ label }) => label === "examples")!,
    metrics: forward.writes,
    updates,
    lossFlops: { forward: forward.flops, backward: backward.flops },
  };
}

/** The dense layers of a forward pass that ends in the loss. */
function layersOf(
  ops: readonly Op[],
  loss: KernelOp,
): Pick<Perceptron, "x" | "layers"> | Refusal {
  const layers: PerceptronLayer[] = [];
  let x: Value | undefined;
  let output: Value | undefined;
  for (const op of ops) {
    const last = layers.at(-1);
    if (
      op.kind === "gemm" && !op.window && op.layout === "NT" &&
      (!output || op.a === output)
    ) {
      x ??= op.a;
      layers.push({
        label: op.layer!,
        inputs: op.k,
        units: op.n,
        weight: op.b,
        bias: op.bias,
      });
      output = op.c;
    } else if (
      op.kind === "activation" && last && !last.activation && op.x === output
    ) {
      layers[layers.length - 1] = { ...last, activation: op.activation };
      output = op.y;
    } else {
      return {
        reason: `${op.layer} is no dense layer, nor the activation of one`,
      };
    }
  }
  return x?.role === "stream" && Object.values(loss.reads).includes(output!)
    ? { x, layers }
    : { reason: "it is no chain of dense layers from one input" };
}

function updatesOf(
  ops: readonly Op[],
  layers: readonly PerceptronLayer[],
): Map<Value, Update> | Refusal {
  const updates = new Map<Value, Update>();
  for (const op of ops) {
    if (op.layer === undefined && op.kind !== "update") {
      return { reason: `${op.label} needs the gradients of all layers first` };
    }
    if (op.kind !== "update") continue;
    if (op.clip || op.scale !== undefined) {
      return { reason: `${op.label} changes the gradient first` };
    }
    updates.set(op.update.parameter, op.update);
  }
  const parameters = layers.flatMap(({ weight, bias }) =>
    bias ? [weight, bias] : [weight]
  );
  if (new Set(parameters).size < parameters.length) {
    return { reason: "layers share a parameter" };
  }
  return parameters.every((parameter) => updates.has(parameter))
    ? updates
    : { reason: "it has no optimizer" };
}
