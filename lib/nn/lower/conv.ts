import { convMain } from "../../../shaders/conv.ts";
import { type GemmVariant, workgroupTile } from "../../../shaders/gemm.ts";
import { sizeOf } from "../../core/shape.ts";
import { type GemmOp, type Window, windowWords } from "../ops.ts";
import { type Value, value } from "../value.ts";
import { bind, type Draft, type LowerOptions } from "./draft.ts";
import { epilogue, finishing } from "./epilogue.ts";
import {
  fourNeighbours,
  loadOf,
  operand,
  partial,
  sumDraft,
  variantName,
} from "./gemm.ts";
import { declare, generated, join } from "./kernel_text.ts";
import { chooseTile, engineOf } from "./tiles.ts";

/** Terms of k per turn of the kernel's loop. */
const UNROLL = 4;

/** Images that one part of a weight's gradient adds up, if memory allows: what they touch stays in the cache. */
const IMAGES_PER_PART = 4;

/** Bytes that the parts of a weight's gradient may take. */
const PARTS_BYTES = 64 * 2 ** 20;

/** A convolution, or one of its gradients, as one dispatch; the gradient of the weight as two. */
export function lowerConv(
  op: GemmOp,
  window: Window,
  options: LowerOptions,
): Draft[] {
  if (op.layout !== "TN") {
    return [productDraft(op, window, { options, parts: 1, result: op })];
  }
  const taps = sizeOf(window.kernel);
  const parts = partsOf(op, window, options);
  if (parts === 1) {
    return [productDraft(op, window, { options, parts, result: op })];
  }
  const sums = value(`${op.label} parts`, "scratch", [
    parts,
    op.m,
    taps * op.n,
  ]);
  return [
    productDraft(op, window, { options, parts, result: partial(op, sums) }),
    sumDraft({ ...op, n: taps * op.n }, options, {
      splits: parts,
      parts: sums,
    }),
  ];
}

/** Parts that the images of a batch fall into for the gradient of the weight. */
function partsOf(
  { m, n, k }: GemmOp,
  window: Window,
  { replicas }: LowerOptions,
): number {
  const images = k / sizeOf(window.output);
  const bytes = 4 * replicas * m * n * sizeOf(window.kernel);
  const affordable = Math.max(1, Math.floor(PARTS_BYTES / bytes));
  return Math.min(affordable, Math.ceil(images / IMAGES_PER_PART));
}

function productDraft(
  op: GemmOp,
  window: Window,
  { options, parts, result }: {
    options: LowerOptions;
    parts: number;
    result: GemmOp;
  },
): Draft {
  const { layout, m, n, k } = op;
  const { replicas } = options;
  const taps = sizeOf(window.kernel);
  const transposed = layout === "TN";
  const images = transposed ? k / sizeOf(window.output) : 0;
  const chunk = transposed ? Math.ceil(images / parts) : k;
  const layers = replicas * (transposed ? parts * taps : 1);
  const variant = convVariant(op, { ...options, replicas: layers });
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
  const group = workgroupTile(variant.tile);
  const stride = (value: Value) => value.shared ? 0 : sizeOf(value.shape);
  const sizes = [
    ...[m, n, k, chunk, parts, stride(op.a), stride(op.b), images],
    ...windowWords(window),
  ];
  const [depth, height, width] = window.output;
  return {
    label: op.label,
    kernel: {
      file: "conv.wgsl",
      variant: variantName(variant, end),
      entry: "main",
      ...text,
      constants: end.constants,
    },
    ...bind({ ...text, buffers, words: sizes, file: "conv.wgsl" }),
    grid: [Math.ceil(n / group.columns), Math.ceil(m / group.rows), layers],
    flops: replicas * m * n * (2 * k * taps + end.flops),
    iterations: transposed
      ? chunk * (1 + depth * (1 + Math.ceil(height * width / UNROLL)))
      : taps * (1 + Math.ceil(k / UNROLL)),
  };
}

/** The variant of the kernel; `replicas` counts everything along z. */
function convVariant(
  { layout, m, n, k }: GemmOp,
  { target, replicas }: LowerOptions,
): GemmVariant {
  const engine = engineOf(target);
  const tile = chooseTile({ m, n }, { engine, replicas });
  return {
    layout,
    tile,
    loadA: loadOf(layout === "TN" ? m : k, target, engine),
    loadB: loadOf(layout === "NT" ? k : n, target, engine),
    exactK: layout !== "TN" && k % UNROLL === 0,
    exactM: m % workgroupTile(tile).rows === 0,
  };
}
