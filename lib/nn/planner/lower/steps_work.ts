/** What the steps of a perceptron cost: loop iterations of `steps.wgsl`, and the work of each layer. */
import { sharers, type StepsVariant } from "../../../../shaders/steps.ts";
import type { PartWork, Widths } from "../../../core/plan.ts";
import type { Perceptron, PerceptronLayer } from "../perceptron.ts";
import { padded } from "./steps_memory.ts";

/** Loop iterations of the busiest invocation. */
export interface StepsIterations {
  /** Before the first step and after the last. */
  readonly once: number;
  readonly perStep: number;
}

/** A loop with so many turns; drivers count up to two more for entering and leaving it (measured). */
const loop = (turns: number, each = 0) => 2 + turns * (1 + each);

/** Counts the turns of every loop of `steps.wgsl`. */
export function stepsIterations(
  { layers, loss }: Perceptron,
  { variant, batch, columns }: {
    variant: StepsVariant;
    batch: number;
    columns: number;
  },
): StepsIterations {
  const { rows, workers } = variant;
  const shared = sharers(variant);
  const lanes = workers * shared;
  const line = Math.ceil(columns / lanes);
  const product = (height: number, width: number, terms: number) => {
    const tiles = Math.ceil(height / rows) * Math.ceil(width / shared);
    return loop(Math.ceil(tiles / workers), loop(terms / 4));
  };
  // A loop over layers from one on.
  const each = (count: (layer: PerceptronLayer) => number, from = 0) =>
    layers.slice(from).reduce((sum, layer) => sum + 1 + count(layer), loop(0));
  const row = (inputs: number) => padded(inputs + 1);
  const gather = ({ inputs, units }: PerceptronLayer) =>
    loop(Math.ceil(padded(units) * row(inputs) / 4 / lanes));
  const fill = ({ inputs, units }: PerceptronLayer) =>
    loop(row(inputs) - inputs, loop(line)) +
    loop(padded(units) - units, loop(line));
  const forward = ({ inputs, units }: PerceptronLayer) =>
    product(units, columns, row(inputs));
  const backward = ({ inputs, units }: PerceptronLayer) =>
    product(inputs, columns, padded(units));
  const descend = ({ inputs, units }: PerceptronLayer) =>
    product(units, row(inputs) / 4, padded(batch));
  return {
    once: 2 * each(gather) + each(fill) + loop(0),
    perStep: 1 + loop(layers[0]!.inputs, loop(line)) + each(forward) +
      loop(line, loop(loss.iterations)) + loop(lanes - 1) +
      each(backward, 1) + each(descend),
  };
}

/** Work of one part of a step. */
type Work = Pick<Required<PartWork>, "flops" | "products" | "bytes">;

/** A layer as one replica has it, and the activation before it; `first` has no gradient of its input. */
interface Narrow extends PerceptronLayer {
  readonly first: boolean;
  readonly before?: PerceptronLayer["activation"];
}

/** What all replicas do for each layer and for the loss, in both passes. */
export function stepsWork(
  { layers, updates, lossFlops }: Perceptron,
  { batch, replicas, widths }: {
    batch: number;
    replicas: number;
    widths?: Widths;
  },
): PartWork[] {
  const all = Array.from(
    { length: replicas },
    (_, r) => narrowed(layers, widths?.[r]),
  );
  const update = updates.get(layers[0]!.weight)!.flops;
  const last = layers.at(-1)!;
  const outputs = replicas * batch * last.units;
  // The derivative of an activation after the last layer comes with the loss.
  const derivative = last.activation
    ? outputs * (1 + last.activation.flops)
    : 0;
  const loss = (pass: "forward" | "backward", more: number): PartWork => ({
    layer: "loss",
    pass,
    flops: replicas * lossFlops[pass] + more,
    bytes: 4 * 2 * outputs,
  });
  return [
    ...layers.flatMap(({ label }, index): PartWork[] => {
      const ones = all.map((replica) => replica[index]!);
      const backward = (one: Narrow) => backwardWork(one, { batch, update });
      return [
        {
          layer: label,
          pass: "forward",
          ...totalWork(ones.map((one) => forwardWork(one, batch))),
        },
        { layer: label, pass: "backward", ...totalWork(ones.map(backward)) },
      ];
    }),
    loss("forward", 0),
    loss("backward", derivative),
  ];
}

function forwardWork(
  { inputs, units, bias, activation }: Narrow,
  batch: number,
): Work {
  const products = batch * units * inputs;
  const each = (bias ? 1 : 0) + (activation?.flops ?? 0);
  return {
    products,
    flops: 2 * products + batch * units * each,
    bytes: 4 * (batch * (inputs + units) + units * (inputs + (bias ? 1 : 0))),
  };
}

function backwardWork(
  { inputs, units, bias, first, before }: Narrow,
  { batch, update }: { batch: number; update: number },
): Work {
  const products = batch * units * inputs;
  const numbers = units * (inputs + (bias ? 1 : 0));
  const each = before ? 1 + before.flops : 0;
  return {
    products: products * (first ? 1 : 2),
    flops: 2 * products + (bias ? batch * units : 0) + numbers * update +
      (first ? 0 : 2 * products + batch * inputs * each),
    bytes: 4 *
      (batch * (units + inputs) + 2 * numbers + (first ? 0 : batch * inputs)),
  };
}

function narrowed(
  layers: readonly PerceptronLayer[],
  widths: readonly number[] | undefined,
): Narrow[] {
  return layers.map((layer, index) => ({
    ...layer,
    first: index === 0,
    before: layers[index - 1]?.activation,
    inputs: (index > 0 ? widths?.[index - 1] : undefined) ?? layer.inputs,
    units: widths?.[index] ?? layer.units,
  }));
}

/** The work of several parts together. */
export function totalWork(works: readonly Omit<PartWork, "layer">[]): Work {
  return works.reduce<Work>((total, { flops, products = 0, bytes }) => ({
    flops: total.flops + flops,
    products: total.products + products,
    bytes: total.bytes + bytes,
  }), { flops: 0, products: 0, bytes: 0 });
}
