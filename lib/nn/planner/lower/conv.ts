import { convMain } from "../../../../shaders/conv.ts";
import {
  type GemmVariant,
  turnsOver,
  workgroupTile,
} from "../../../../shaders/gemm.ts";
import { sizeOf } from "../../../core/shape.ts";
import { type GemmOp, type Window, windowWords } from "../../op/ops.ts";
import { type Value, value } from "../../op/value.ts";
import { boundKernel, type Draft, type LowerOptions } from "./draft.ts";
import { epilogue, finishing } from "./epilogue.ts";
import {
  fourNeighbours,
  gemmVariant,
  noted,
  operand,
  partial,
  sumDraft,
  variantName,
} from "./gemm.ts";
import { declare, generated, join } from "../../op/kernel_text.ts";
import { type Choice, chooseTile, productOf } from "./tile_choice.ts";

/** A convolution, or one of its gradients, as one dispatch; the gradient of the weight as two. */
export function lowerConv(
  op: GemmOp,
  window: Window,
  options: LowerOptions,
): Draft[] {
  const choice = chooseTile(productOf(op, options.replicas), options.target);
  const { parts } = choice;
  if (parts === 1) {
    return [productDraft(op, window, { options, choice, result: op })];
  }
  const taps = sizeOf(window.kernel);
  const sums = value(`${op.label} parts`, "scratch", [
    parts,
    op.m,
    taps * op.n,
  ]);
  return [
    productDraft(op, window, { options, choice, result: partial(op, sums) }),
    sumDraft({ ...op, n: taps * op.n }, options, {
      splits: parts,
      parts: sums,
    }),
  ];
}

function productDraft(
  op: GemmOp,
  window: Window,
  { options, choice, result }: {
    options: LowerOptions;
    choice: Choice;
    result: GemmOp;
  },
): Draft {
  const { layout, m, n, k } = op;
  const { replicas, target } = options;
  const { tile, parts } = choice;
  const taps = sizeOf(window.kernel);
  const transposed = layout === "TN";
  const images = transposed ? k / sizeOf(window.output) : 0;
  const chunk = transposed ? Math.ceil(images / parts) : k;
  const layers = replicas * (transposed ? parts * taps : 1);
  const variant: GemmVariant = {
    ...gemmVariant(op, choice, target),
    // TN counts pixels of a plane, whose number the kernel finds out.
    ...(transposed ? { exactK: false } : {}),
  };
  const cell = n % 4 === 0 ? 4 : 1;
  const end = epilogue(finishing(result), cell);
  const buffers = [
    operand("a", op.a, variant.loadA),
    operand("b", op.b, variant.loadB),
    ...end.buffers,
  ];
  const place = transposed
    ? "baseC + row * sizes.n * tapCount() + tapB"
    : undefined;
  const text = join([
    "conv.wgsl",
    declare(buffers),
    ...end.sources,
    generated(fourNeighbours(cell, place)),
    generated(convMain(variant)),
  ]);
  const group = workgroupTile(tile);
  const stride = (value: Value) => value.shared ? 0 : sizeOf(value.shape);
  const words = [
    ...[m, n, k, chunk, parts, stride(op.a), stride(op.b), images],
    ...windowWords(window),
  ];
  const [depth, height, width] = window.output;
  return {
    label: op.label,
    ...boundKernel({
      file: "conv.wgsl",
      variant: variantName(variant, end),
      constants: end.constants,
      ...{ text, buffers, words },
    }),
    grid: [Math.ceil(n / group.columns), Math.ceil(m / group.rows), layers],
    flops: replicas * m * n * (2 * k * taps + end.flops),
    iterations: transposed
      ? chunk * (1 + depth * (1 + turnsOver(height * width, tile)))
      : taps * (1 + turnsOver(k, tile)),
    choice: noted(productOf(op, replicas), choice),
  };
}
