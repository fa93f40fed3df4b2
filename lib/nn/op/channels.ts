/** Work on the last axis channel by channel, over all rows: see `channels.wgsl`. */
import { sizeOf } from "../../core/shape.ts";
import { acrossOf, cellsOf } from "./cells.ts";
import { replicaStride } from "./loss.ts";
import { generated } from "./kernel_text.ts";
import type { KernelOp, Op } from "./ops.ts";
import type { Gradient, Value } from "./value.ts";

/** Rows of one channel that one invocation adds up at least. */
const LEAST_CHUNK = 32;

/** Rows of a run: `RUN` of `channels.wgsl`. */
export const RUN = 16;

/** How the rows of an array are cut into chunks. */
export interface Chunks {
  readonly rows: number;
  readonly channels: number;
  /** Rows of one example. */
  readonly pixels: number;
  readonly chunk: number;
  readonly parts: number;
}

/** About as many chunks as rows in each, so that neither sum is long. */
export function chunksOf(shape: readonly number[]): Chunks {
  const channels = shape.at(-1)!;
  const rows = sizeOf(shape) / channels;
  const chunk = Math.max(LEAST_CHUNK, Math.ceil(Math.sqrt(rows)));
  const pixels = rows / shape[0]!;
  return { rows, channels, pixels, chunk, parts: Math.ceil(rows / chunk) };
}

/**
 * An op of a file that works with `channels.wgsl`: its invocations take `down`
 * rows of some channels of `x`, or a cell of channels where that is not given.
 */
export function channelOp(
  { rows, channels, pixels, chunk, parts }: Chunks,
  x: Value,
  { down, ...op }:
    & Pick<KernelOp, "label" | "file" | "entry" | "reads" | "writes">
    & Pick<KernelOp, "accumulates" | "constants" | "flops">
    & { down?: number },
): KernelOp {
  const cells = cellsOf(channels);
  const width = channels / cells.size;
  const across = acrossOf(width);
  return {
    kind: "kernel",
    needs: [
      cells.source,
      generated(`const ACROSS = ${across}u;`),
      "channels.wgsl",
    ],
    over: {
      invocations: down ? Math.ceil(rows / down) * width / across : width,
    },
    sizes: [
      ...[rows, width, pixels, chunk, parts],
      replicaStride(x, rows * width),
    ],
    iterations: down ? down * (1 + across) + 2 * across : 2 * parts,
    ...op,
  };
}

/**
 * Ops that add up what chunks hold, [parts, channels], to the gradients that are
 * wanted, [channels], by the names of parameters.
 */
export function partSums(
  label: string,
  { parts, channels }: Chunks,
  gradients: Readonly<Record<string, { parts: Value; sum?: Gradient }>>,
): Op[] {
  return Object.entries(gradients).flatMap(([name, { parts: x, sum }]) =>
    sum
      ? [{
        kind: "columnSum",
        label: `${label} backward ${name}`,
        rows: parts,
        columns: channels,
        x,
        sum: sum.value,
        accumulate: sum.accumulate,
      }]
      : []
  );
}
