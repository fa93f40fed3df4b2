import { checkOptions, number, required } from "../../core/options.ts";
import { sizeOf } from "../../core/shape.ts";
import { cellsOf, EACH } from "../op/cells.ts";
import { copy } from "../op/copy.ts";
import { type ForwardValues, type Layer, onlyInput } from "../op/layer.ts";
import { replicaStride } from "../op/loss.ts";
import { adding, type KernelOp, type Piece } from "../op/ops.ts";
import type { Gradient, Value } from "../op/value.ts";

/** Options of {@linkcode dropout}. */
export interface DropoutOptions {
  /** p, the fraction of numbers that are dropped, from 0 to 1; 1 drops all. Counted in steps of 2⁻³². */
  readonly probability: number;
}

/**
 * Dropout, in training `y = x ⊙ mask / (1 − p)`, where each number of the mask is
 * 1 with probability 1 − p, else 0; in evaluation `y = x`, without any op. Any
 * shape. Gradient: dX = dY ⊙ mask / (1 − p).
 *
 * The mask is a function of the streams `seed` (one a replica) and `step`, of the
 * layer's name and of the place in the batch: it differs from step to step, and
 * a run that is resumed or repeated, alone or as one of several replicas, sees
 * the same. Sources: Srivastava et al. 2014, JMLR 15(56); torch.nn.Dropout.
 *
 * @throws {RangeError} If `probability` is out of range, or there is not one input
 */
export function dropout(options: DropoutOptions): Layer {
  checkOptions("make dropout", options, {
    probability: required(number({ from: 0, to: 1 })),
  });
  const { probability } = options;
  return {
    kind: "dropout",
    options: { probability },
    build: (inputs) => {
      const shape = onlyInput("dropout", inputs);
      const pass = (
        name: string,
        { label, streams, training }: ForwardValues,
        { x, result }: { x: Value; result: Gradient },
      ) =>
        training
          ? mask({ label: `${label} ${name}`, layer: layerKey(label) }, {
            ...{ x, result, probability },
            ...{ step: streams.step, seed: streams.seed },
          })
          : copy(`${label} ${name}`, x, result);
      return {
        output: shape,
        parameters: {},
        identity: "evaluation",
        forward: (values) => [pass("forward", values, {
          x: values.inputs[0]!,
          result: { value: values.output, accumulate: false },
        })],
        backward: ({ dOutput, dInputs: [dX], ...values }) =>
          dX ? [pass("backward", values, { x: dOutput, result: dX })] : [],
      };
    },
  };
}

/** `random.wgsl` and what it calls. */
export const generator: readonly Piece[] = [
  ({ int64 }) => int64 ? "multiply_high_64.wgsl" : "multiply_high.wgsl",
  "random.wgsl",
];

/** Words that the generator draws from. */
const WORDS = 2 ** 32;

function mask(
  { label, layer }: { label: string; layer: number },
  { x, result, probability, step, seed }: {
    x: Value;
    result: Gradient;
    probability: number;
    step: Value;
    seed: Value;
  },
): KernelOp {
  const count = sizeOf(x.shape);
  const cells = cellsOf(count);
  const { accumulates, constants } = adding(result);
  const dropped = Math.round(probability * WORDS);
  return {
    kind: "kernel",
    label,
    file: "dropout.wgsl",
    needs: [cells.source, "cells.wgsl", ...generator],
    entry: "main",
    reads: { x, step, seed },
    writes: { result: result.value },
    accumulates,
    over: { invocations: Math.ceil(count / 4 / EACH) },
    sizes: [
      ...[count, Math.min(dropped, WORDS - 1), layer],
      replicaStride(x, count / cells.size),
    ],
    constants: {
      scale: dropped === WORDS ? 0 : 1 / (1 - probability),
      ...constants,
    },
    flops: count * (result.accumulate ? 2 : 1),
    // Ten rounds of the generator, the cells of four numbers.
    iterations: EACH * (1 + 10 + 4 / cells.size),
  };
}

/** The number that tells layers apart for the generator: FNV-1a of the name. */
export function layerKey(name: string): number {
  let word = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) {
    word = Math.imul(word ^ byte, 0x01000193);
  }
  return word >>> 0;
}
