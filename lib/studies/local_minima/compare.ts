/** What lies between runs that arrived at the same loss. */
import {
  alignment,
  between,
  distance,
  flat,
  meanOf,
  type Network,
  rearranged,
} from "./sections/network.ts";
import type { Program } from "../../gpu/mod.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import { type Points, probe, type Probed } from "./probe.ts";

/** A run that arrived. */
export interface Arrived extends Probed {
  readonly replica: number;
  readonly network: Network;
}

/** The runs that arrived, and where to compute their averages. */
export interface Comparison {
  readonly arrived: readonly Arrived[];
  readonly program: Program;
  readonly points: Points;
}

type Context = Pick<ExperimentContext, "record" | "result">;

/** Runs that are averaged at most. */
const mostAveraged = 16;

const size = (network: Network) => Math.hypot(...flat(network).data);

/** `(1/n) ‖a − b‖²`. */
function meanSquare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/** `max |a − b|`. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let found = 0;
  for (let i = 0; i < a.length; i++) {
    found = Math.max(found, Math.abs(a[i]! - b[i]!));
  }
  return found;
}

/** The same network with its units in another order and every other sign turned. */
function copyOf(network: Network): Network {
  const units = Array.from({ length: network.b.rows }, (_, i) => i);
  return rearranged(network, {
    order: [...units.slice(1), 0],
    signs: units.map((i) => i % 2 ? -1 : 1),
  });
}

/** Losses along the straight line from a to b, as many as the program has replicas. */
async function lossesBetween(
  [a, b]: [Network, Network],
  { program, points }: Comparison,
): Promise<number[]> {
  const last = program.plan.replicas - 1;
  const line = Array.from(
    { length: last + 1 },
    (_, i) => between(a, b, i / last),
  );
  const probed = await probe(program, line, points);
  return probed.map(({ loss }) => loss);
}

/** Records losses along lines, one line each, over the percentage of the way. */
function recordLines(
  ctx: Context,
  series: string,
  lines: readonly number[][],
): void {
  const last = lines[0]!.length - 1;
  for (let i = 0; i <= last; i++) {
    const percent = Math.round(100 * i / last);
    ctx.record(series, percent, lines.map((losses) => losses[i]!));
  }
}

/**
 * Runs two by two: how far they are apart, how much their functions differ, and
 * the loss between them, as they are and after their units were aligned.
 */
export async function comparePairs(
  ctx: Context,
  comparison: Comparison,
): Promise<void> {
  const { arrived } = comparison;
  const [apart, aligned]: [number[][], number[][]] = [[], []];
  const pairs = [];
  for (const [i, other] of arrived.slice(1).entries()) {
    const one = arrived[i]!;
    const near = rearranged(
      other.network,
      alignment(other.network, one.network),
    );
    apart.push(
      await lossesBetween([one.network, other.network], comparison),
    );
    aligned.push(await lossesBetween([one.network, near], comparison));
    pairs.push({
      runs: `${one.replica} and ${other.replica}`,
      distance: distance(one.network, other.network) / size(one.network),
      "function difference": Math.sqrt(
        meanSquare(one.outputs, other.outputs),
      ),
      "highest loss between": Math.max(...apart.at(-1)!),
      "distance aligned": distance(one.network, near) / size(one.network),
      "highest loss aligned": Math.max(...aligned.at(-1)!),
    });
  }
  ctx.result("pairs", pairs);
  recordLines(ctx, "line.apart", apart);
  recordLines(ctx, "line.aligned", aligned);
}

/** Each run and its own copy: the same function up to rounding, far away. */
export async function compareCopies(
  ctx: Context,
  comparison: Comparison,
): Promise<void> {
  const { arrived, program, points } = comparison;
  const lines = [];
  const copies = arrived.map(({ network }) => copyOf(network));
  const probed = await probe(program, copies, points);
  const differences = arrived.map(({ outputs }, i) =>
    farthest(outputs, probed[i]!.outputs)
  );
  for (const [i, { network }] of arrived.entries()) {
    lines.push(await lossesBetween([network, copies[i]!], comparison));
  }
  const distances = arrived.map(({ network }, i) =>
    distance(network, copies[i]!) / size(network)
  );
  ctx.result("copies.distance", Math.min(...distances));
  ctx.result("copies.difference", Math.max(...differences));
  recordLines(ctx, "line.copy", lines);
}

/** The first M runs averaged: their parameters, their outputs, and their parameters once aligned with the first. */
export async function compareAverages(
  ctx: Context,
  { arrived, program, points }: Comparison,
): Promise<void> {
  const members = arrived.slice(0, mostAveraged);
  const networks = members.map(({ network }) => network);
  const near = networks.map((network) =>
    rearranged(network, alignment(network, networks[0]!))
  );
  const counts = members.map((_, i) => i + 1);
  const record = async (series: string, of: readonly Network[]) => {
    const means = counts.map((count) => meanOf(of.slice(0, count)));
    const probed = await probe(program, means, points);
    probed.forEach(({ loss }, i) => ctx.record(series, counts[i]!, loss));
  };
  await record("average.parameters", networks);
  await record("average.aligned", near);
  const sum = new Float64Array(points.target.length);
  for (const [i, { outputs }] of members.entries()) {
    outputs.forEach((y, k) => sum[k]! += y);
    const mean = sum.map((total) => total / (i + 1));
    ctx.record("average.outputs", i + 1, meanSquare(mean, points.target));
  }
}
