import type { Circuit } from "../../math/nand.ts";

/** Pixels between levels, and between signals of a level. */
const [ACROSS, DOWN] = [84, 52];
const RADIUS = 15;

/** Where each signal stands: levels from left to right, each centred. */
function placesOf(levels: readonly number[]): { x: number; y: number }[] {
  const counts = levels.reduce<number[]>((all, level) => {
    all[level] = (all[level] ?? 0) + 1;
    return all;
  }, []);
  const tallest = Math.max(...counts);
  const seen = counts.map(() => 0);
  return levels.map((level) => ({
    x: 24 + level * ACROSS,
    y: 34 + (seen[level]!++ + (tallest - counts[level]!) / 2) * DOWN,
  }));
}

/** A circuit of NANDs with the value of every signal, inputs at the left. */
export function CircuitDrawing(
  { circuit, levels, signals, inputs, describedBy }: {
    circuit: Circuit;
    levels: readonly number[];
    signals: readonly boolean[];
    /** Names of the inputs. */
    inputs: readonly string[];
    describedBy: string;
  },
) {
  const places = placesOf(levels);
  const end = places[circuit.output]!;
  const width = Math.max(...places.map(({ x }) => x)) + 64;
  const height = Math.max(...places.map(({ y }) => y)) + 24;
  const wires = circuit.gates.flatMap(({ a, b }, i) => {
    const to = circuit.inputs + i;
    return a === b ? [{ from: a, to }] : [{ from: a, to }, { from: b, to }];
  });
  return (
    <svg
      class="circuit"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={`Circuit of ${circuit.gates.length} NAND gates`}
      aria-describedby={describedBy}
    >
      {wires.map(({ from, to }) => (
        <path
          key={`${from} ${to}`}
          class={signals[from] ? "wire on" : "wire"}
          d={wire(places[from]!, places[to]!)}
        />
      ))}
      <path
        class={signals[circuit.output] ? "wire on" : "wire"}
        d={`M${end.x} ${end.y}H${width - 26}`}
      />
      {places.map(({ x, y }, signal) => (
        <g key={signal} class={signals[signal] ? "signal on" : "signal"}>
          <circle cx={x} cy={y} r={RADIUS} />
          <text x={x} y={y + 4}>{Number(signals[signal])}</text>
          <text class="name" x={x} y={y - RADIUS - 3}>
            {signal < circuit.inputs
              ? inputs[signal]
              : `NAND ${signal - circuit.inputs + 1}`}
          </text>
        </g>
      ))}
      <text class="name" x={width - 4} y={end.y + 4} text-anchor="end">f</text>
    </svg>
  );
}

/** A curve from the right of one signal to the left of another. */
function wire(
  from: { x: number; y: number },
  to: { x: number; y: number },
): string {
  const middle = (from.x + to.x) / 2;
  return `M${from.x} ${from.y}C${middle} ${from.y} ${middle} ${to.y} ${to.x} ${to.y}`;
}
