/** The output of a two-layer ReLU network at one input, on a straight line through its parameters. */
import type { ReluNetwork } from "./relu_network.ts";

/** A network and a direction of the same shape. */
export interface ParameterLine {
  readonly start: ReluNetwork;
  readonly direction: ReluNetwork;
}

/** The network at `start + t · direction`. */
export function networkOn(
  { start, direction }: ParameterLine,
  t: number,
): ReluNetwork {
  return start.map(({ weight, bias }, i) => {
    const by = direction[i]!;
    return {
      weight: weight.map((row, unit) =>
        row.map((w, j) => w + t * by.weight[unit]![j]!)
      ),
      bias: bias.map((b, unit) => b + t * by.bias[unit]!),
    };
  });
}

/** A unit on the line: pre-activation `z + t·dz`, output weight `v + t·dv`. */
export interface MovingUnit {
  readonly z: number;
  readonly dz: number;
  readonly v: number;
  readonly dv: number;
}

/** The units of two layers on a line, for the input x. */
export function unitsOn(
  { start, direction }: ParameterLine,
  x: readonly number[],
): MovingUnit[] {
  const [below, above] = start;
  const [dBelow, dAbove] = direction;
  const at = (row: readonly number[], bias: number) =>
    row.reduce((sum, w, i) => sum + w * x[i]!, bias);
  return below!.bias.map((bias, unit) => ({
    z: at(below!.weight[unit]!, bias),
    dz: at(dBelow!.weight[unit]!, dBelow!.bias[unit]!),
    v: above!.weight[0]![unit]!,
    dv: dAbove!.weight[0]![unit]!,
  }));
}

/** Where the slope of the output jumps as t grows, and by how much; ascending, jumps of nothing left out. */
export function jumpsOf(
  units: readonly MovingUnit[],
): { t: number; jump: number }[] {
  const jumps = new Map<number, number>();
  for (const { z, dz, v, dv } of units) {
    if (dz === 0) continue;
    const t = -z / dz;
    jumps.set(t, (jumps.get(t) ?? 0) + (v + t * dv) * Math.abs(dz));
  }
  return [...jumps].map(([t, jump]) => ({ t, jump }))
    .filter(({ jump }) => jump !== 0)
    .sort((a, b) => a.t - b.t);
}

/** The second derivative of the output in t where no unit is at its kink: `2 Σ dv·dz` over the active units. */
export function curvatureAt(units: readonly MovingUnit[], t: number): number {
  return units.reduce(
    (sum, { z, dz, dv }) => z + t * dz > 0 ? sum + 2 * dv * dz : sum,
    0,
  );
}

/** Which way the output bends along the whole line. */
export type Bend = "linear" | "convex" | "concave" | "neither";

/** Whether the output is convex or concave in t, from its jumps and from the curvature between them. */
export function bendOf(units: readonly MovingUnit[]): Bend {
  const switches = [
    ...new Set(
      units.filter(({ dz }) => dz !== 0).map(({ z, dz }) => -z / dz),
    ),
  ].sort((a, b) => a - b);
  const [first, last] = [switches[0] ?? 0, switches.at(-1) ?? 0];
  const between = switches.slice(1).map((t, i) => (t + switches[i]!) / 2);
  const bends = [
    ...[first - 1, ...between, last + 1].map((t) => curvatureAt(units, t)),
    ...jumpsOf(units).map(({ jump }) => jump),
  ];
  const [up, down] = [bends.some((b) => b > 0), bends.some((b) => b < 0)];
  if (up && down) return "neither";
  return up ? "convex" : down ? "concave" : "linear";
}

/** Two units whose input weights move together: at x = 1, `ReLU(t + 1) − ReLU(t − 1)`. */
export const ramp: ParameterLine = {
  start: [
    { weight: [[0], [0]], bias: [1, -1] },
    { weight: [[1, -1]], bias: [0] },
  ],
  direction: [
    { weight: [[1], [1]], bias: [0, 0] },
    { weight: [[0, 0]], bias: [0] },
  ],
};

/** One unit whose two weights move: at x = 1, `t ReLU(t + 1)`. */
export const product: ParameterLine = {
  start: [{ weight: [[1]], bias: [0] }, { weight: [[0]], bias: [0] }],
  direction: [{ weight: [[1]], bias: [0] }, { weight: [[1]], bias: [0] }],
};
