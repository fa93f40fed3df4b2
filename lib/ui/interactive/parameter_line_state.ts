/** The state of the figure of a line in parameter space: which line, the input, and a chord. */
import {
  jumpsOf,
  networkOn,
  type ParameterLine,
  product,
  ramp,
  unitsOn,
} from "../../math/parameter_line.ts";
import { Random } from "../../math/random.ts";
import type { Point } from "../../plots/graph_frame.ts";
import { drawReluNetwork, outputAt } from "../../math/relu_network.ts";
import {
  choiceField,
  numberField,
  type UrlState,
  urlState,
} from "./url_state.ts";

/** Lines that can be chosen. */
export const lineNames = ["ramp", "product", "random"] as const;

/** The line, of random ones its seed and width, the input x, and the ends of the chord. */
export interface ParameterLineState {
  readonly line: typeof lineNames[number];
  readonly seed: number;
  readonly width: number;
  readonly x: number;
  readonly from: number;
  readonly to: number;
}

/** The graph is shown for t from −REACH to REACH. */
export const REACH = 4;

const end = (name: "from" | "to", label: string, initial: number) =>
  numberField({ name, label, initial, min: -REACH, max: REACH });

/** Writes the state into a URL and reads it back. */
export const parameterLineCodec: UrlState<ParameterLineState> = urlState({
  line: choiceField({
    name: "line",
    label: "the line",
    initial: "ramp",
    choices: lineNames,
  }),
  seed: numberField({
    ...{ name: "seed", label: "the seed", initial: 1, min: 0, max: 9999 },
    integer: true,
  }),
  width: numberField({
    ...{ name: "width", label: "the width", initial: 2, min: 1, max: 32 },
    integer: true,
  }),
  x: numberField({
    name: "x",
    label: "the input x",
    initial: 1,
    min: -3,
    max: 3,
  }),
  from: end("from", "the start of the chord", -2),
  to: end("to", "the end of the chord", 0),
});

/** The line that a state says. */
export function lineOf(
  { line, seed, width }: Pick<ParameterLineState, "line" | "seed" | "width">,
): ParameterLine {
  if (line !== "random") return { ramp, product }[line];
  const random = new Random(seed);
  const widths = [1, width, 1];
  return {
    start: drawReluNetwork(random, widths),
    direction: drawReluNetwork(random, widths),
  };
}

/** The output over t: its graph on the shown range, its kinks there, and where chords lie farthest from it. */
export interface Graph {
  at(t: number): number;
  readonly curve: readonly Point[];
  readonly kinks: readonly Point[];
  /** The chord whose middle lies highest above the graph, and the one that lies lowest below; `null` where there is none. */
  readonly above: Chord | null;
  readonly below: Chord | null;
}

/** Two values of t. */
export interface Chord {
  readonly from: number;
  readonly to: number;
}

/** Steps of t between points of the graph. */
const STEP = 1 / 16;
const COUNT = 2 * REACH / STEP;

/** The graph of a line for an input. */
export function graphOf(line: ParameterLine, x: number): Graph {
  const at = (t: number) => outputAt(networkOn(line, t), x);
  const point = (t: number): Point => ({ x: t, y: at(t) });
  const grid = Array.from(
    { length: COUNT + 1 },
    (_, i) => point(i * STEP - REACH),
  );
  const kinks = jumpsOf(unitsOn(line, [x])).map(({ t }) => t)
    .filter((t) => Math.abs(t) < REACH).map(point);
  const largest = Math.max(...grid.map(({ y }) => Math.abs(y)));
  return {
    at,
    kinks,
    curve: [...grid, ...kinks].sort((one, other) => one.x - other.x),
    ...farthestChords(grid.map(({ y }) => y), 1e-9 * largest),
  };
}

/** Among chords between every fourth point, those whose middles are farthest from the graph, if farther than `noise`. */
function farthestChords(y: readonly number[], noise: number) {
  let [above, below]: [Chord | null, Chord | null] = [null, null];
  let [highest, lowest] = [noise, -noise];
  for (let i = 0; i < y.length; i += 4) {
    for (let j = i + 8; j < y.length; j += 8) {
      const gap = (y[i]! + y[j]!) / 2 - y[(i + j) / 2]!;
      const chord = { from: i * STEP - REACH, to: j * STEP - REACH };
      if (gap > highest) [highest, above] = [gap, chord];
      if (gap < lowest) [lowest, below] = [gap, chord];
    }
  }
  return { above, below };
}
