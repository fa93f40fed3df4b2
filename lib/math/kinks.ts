/**
 * The pieces of a ReLU network with one input, counted exactly: all arithmetic
 * is on integers and fractions, so that two kinks count as one where they are
 * one, and nowhere else.
 *
 * On an interval where no unit below changes its sign, every pre-activation is
 * `ax + b`. It is zero at `−b/a` at most, so a layer cuts the interval there,
 * and ReLU keeps or clears `ax + b` on each part.
 */
import {
  commonShift,
  compare,
  type Fraction,
  fraction,
  scaled,
  toNumber,
} from "./dyadic.ts";
import type { Affine, ReluNetwork } from "./relu_network.ts";

/** `slope · x + intercept`, both times one positive number that a whole layer shares. */
interface Line {
  readonly slope: bigint;
  readonly intercept: bigint;
}

/** Where all units of a layer are affine; `null` ends are infinite. */
interface Interval {
  readonly from: Fraction | null;
  readonly to: Fraction | null;
  readonly lines: readonly Line[];
}

/** A network's output on an interval: `slope · x + intercept`. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly slope: number;
  readonly intercept: number;
}

/** What a network with one input and one output is, piece by piece. */
export interface PiecewiseLinear {
  /** From −∞ to ∞; neighbours have different slopes. */
  readonly pieces: readonly Piece[];
  /** Where the slope changes, ascending. */
  readonly kinks: readonly number[];
  /** Ends of pieces at which both sides differ: always none. */
  readonly jumps: number;
}

const ZERO: Line = { slope: 0n, intercept: 0n };

/** One affine layer on an interval, its numbers times 2^shift and `unit` times those before. */
function affineOn(
  lines: readonly Line[],
  { weight, bias }: { weight: bigint[][]; bias: bigint[] },
): Line[] {
  return weight.map((row, i) => {
    let [slope, intercept] = [0n, bias[i]!];
    row.forEach((w, j) => {
      slope += w * lines[j]!.slope;
      intercept += w * lines[j]!.intercept;
    });
    return { slope, intercept };
  });
}

const isInside = (x: Fraction, { from, to }: Interval) =>
  (from === null || compare(from, x) < 0) &&
  (to === null || compare(x, to) < 0);

const zeroOf = ({ slope, intercept }: Line) => fraction(-intercept, slope);

/** Whether a line that has no zero inside an interval is positive there. */
function isPositiveOn(
  { slope, intercept }: Line,
  { from, to }: Pick<Interval, "from" | "to">,
): boolean {
  if (slope === 0n) return intercept > 0n;
  const zero = zeroOf({ slope, intercept });
  const isRight = from !== null
    ? compare(zero, from) <= 0
    : to === null || compare(zero, to) < 0;
  return slope > 0n === isRight;
}

/** ReLU on an interval: it is cut where a unit changes its sign; between two cuts at one place, units are as to the right of both. */
function reluOn(interval: Interval): Interval[] {
  const cuts = interval.lines
    .filter(({ slope }) => slope !== 0n)
    .map(zeroOf)
    .filter((x) => isInside(x, interval))
    .sort(compare);
  const ends = [interval.from, ...cuts, interval.to];
  return ends.slice(1).map((to, i) => {
    const part = { from: ends[i]!, to };
    return {
      ...part,
      lines: interval.lines.map((line) =>
        isPositiveOn(line, part) ? line : ZERO
      ),
    };
  });
}

/** A layer's numbers as integers over 2^shift; the bias also times what scales the lines below. */
function integersOf({ weight, bias }: Affine, before: number) {
  const shift = commonShift([...weight.flat(), ...bias]);
  return {
    shift,
    weight: weight.map((row) => row.map((w) => scaled(w, shift))),
    bias: bias.map((b) => scaled(b, shift) << BigInt(before)),
  };
}

const valueAt = ({ slope, intercept }: Line, { over, under }: Fraction) =>
  slope * over + intercept * under;

/**
 * The pieces of a network with one input and one output, over the whole line.
 * The work grows with the number of pieces, at most `(k + 1)^(l − 1)` for l
 * layers of width k.
 *
 * @throws {RangeError} If a number is not finite, or there is not one input and one output
 */
export function piecesOf(network: ReluNetwork): PiecewiseLinear {
  const [inputs, outputs] = [network[0]?.weight[0], network.at(-1)?.bias];
  if (inputs?.length !== 1 || outputs?.length !== 1) {
    throw new RangeError(
      `Cannot count kinks: the network has ${inputs?.length ?? 0} inputs and ${
        outputs?.length ?? 0
      } outputs, needs one of each`,
    );
  }
  let shift = 0;
  let intervals: Interval[] = [{
    from: null,
    to: null,
    lines: [{ slope: 1n, intercept: 0n }],
  }];
  for (const [i, layer] of network.entries()) {
    const numbers = integersOf(layer, shift);
    shift += numbers.shift;
    intervals = (i === 0 ? intervals : intervals.flatMap(reluOn)).map(
      (interval) => ({ ...interval, lines: affineOn(interval.lines, numbers) }),
    );
  }
  return joined(intervals, shift);
}

/** Neighbours with the same slope made one, as numbers. */
function joined(
  intervals: readonly Interval[],
  shift: number,
): PiecewiseLinear {
  const kept: Interval[] = [];
  let jumps = 0;
  for (const interval of intervals) {
    const last = kept.at(-1);
    if (!last) {
      kept.push(interval);
      continue;
    }
    const [before, after] = [last.lines[0]!, interval.lines[0]!];
    const at = interval.from!;
    if (valueAt(before, at) !== valueAt(after, at)) jumps++;
    if (before.slope !== after.slope) kept.push(interval);
    else kept[kept.length - 1] = { ...last, to: interval.to };
  }
  const unit = 1n << BigInt(shift);
  const number = (over: bigint) => toNumber({ over, under: unit });
  return {
    kinks: kept.slice(1).map(({ from }) => toNumber(from!)),
    pieces: kept.map(({ from, to, lines }) => ({
      from: from ? toNumber(from) : -Infinity,
      to: to ? toNumber(to) : Infinity,
      slope: number(lines[0]!.slope),
      intercept: number(lines[0]!.intercept),
    })),
    jumps,
  };
}

/** The number of inputs at which a network with one input and one output has no derivative. */
export function countKinks(network: ReluNetwork): number {
  return piecesOf(network).kinks.length;
}
