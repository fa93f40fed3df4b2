import { useMemo } from "preact/hooks";
import type { Gate } from "../../math/gates.ts";
import { outputsAt } from "../../math/relu_network.ts";
import {
  decisionMapCodec as codec,
  type MappedGate,
  mappedGates,
  REACH,
} from "./decision_map_state.ts";
import { FigureForm, Problem } from "./figure_form.tsx";
import { shortNumber } from "./url_state.ts";
import { useUrlState } from "./use_url_state.ts";

const ID = "decision-map";

/** Grid points along an axis: multiples of ⅛, on which gates are exact. */
const POINTS = 41;
const STEP = 2 * REACH / (POINTS - 1);
/** Pixels of a cell around a grid point. */
const CELL = 8;
const SIZE = POINTS * CELL;

const coordinateOf = (index: number) => index * STEP - REACH;
/** Where a coordinate lies, in pixels from the left or from below. */
const pixelOf = (x: number) => ((x + REACH) / STEP + 0.5) * CELL;

/** Cells in a row of which the output is positive. */
interface Run {
  readonly row: number;
  readonly from: number;
  readonly to: number;
}

/** The cells of a gate's positive outputs, row by row, and how its sign compares with its statement. */
function mapOf({ network, truth }: Gate) {
  const runs: Run[] = [];
  let [agreeing, onAxes] = [0, 0];
  for (let row = 0; row < POINTS; row++) {
    let from = -1;
    for (let column = 0; column <= POINTS; column++) {
      const [x1, x2] = [coordinateOf(column), coordinateOf(row)];
      const isPositive = column < POINTS &&
        outputsAt(network, [x1, x2])[0]! > 0;
      if (column < POINTS && isPositive === truth(x1, x2)) {
        agreeing++;
        if (x1 === 0 || x2 === 0) onAxes++;
      }
      if (isPositive && from < 0) from = column;
      if (!isPositive && from >= 0) {
        runs.push({ row, from, to: column });
        from = -1;
      }
    }
  }
  return { runs, agreeing, onAxes };
}

const signed = (value: number) => shortNumber(value).replace("-", "−");

/** Where the output of a gate is positive, and its value at a point. */
export function DecisionMap({ search }: { search: string }) {
  const [state, problems, set, input] = useUrlState(codec, search);
  const gate: MappedGate = mappedGates[state.gate];
  const map = useMemo(() => mapOf(gate), [gate]);
  const { x1, x2 } = state;
  const value = outputsAt(gate.network, [x1, x2])[0]!;
  const words = `f(${signed(x1)}, ${signed(x2)}) = ${signed(value)} is ${
    value > 0 ? "positive" : "not positive"
  }, and the statement “${gate.statement}” ${
    gate.truth(x1, x2) ? "holds" : "does not hold"
  } there. Sign and statement agree on ${map.agreeing} of ${
    POINTS ** 2
  } points of the map, and on ${map.onAxes} of the ${
    2 * POINTS - 1
  } on the axes.`;
  return (
    <FigureForm
      id={ID}
      label="Decision map of a gate"
      codec={codec}
      search={search}
    >
      <div class="fields">
        <div>
          <label for={input("gate").id}>Gate</label>{" "}
          <select {...input("gate")}>
            {Object.entries(mappedGates).map(([name, { name: title }]) => (
              <option key={name} value={name} selected={name === state.gate}>
                {title}
              </option>
            ))}
          </select>
          <Problem codec={codec} problems={problems} of="gate" />
        </div>
        {(["x1", "x2"] as const).map((name) => (
          <div key={name}>
            <label for={input(name).id}>{name === "x1" ? "x₁" : "x₂"}</label>
            {" "}
            <input
              {...input(name)}
              type="range"
              min={-REACH}
              max={REACH}
              step={0.125}
            />{" "}
            <output for={input(name).id}>{signed(state[name])}</output>
            <Problem codec={codec} problems={problems} of={name} />
          </div>
        ))}
      </div>
      <p class="told">f(x) = {gate.formula}</p>
      <figure class="decision">
        <svg
          viewBox={`-18 -6 ${SIZE + 36} ${SIZE + 26}`}
          role="img"
          aria-label={`Where ${gate.name} is positive`}
          aria-describedby={`${ID}-words`}
          onClick={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const scale = (SIZE + 36) / box.width;
            const at = (pixels: number) => {
              const index = Math.floor(pixels / CELL);
              return coordinateOf(Math.min(Math.max(index, 0), POINTS - 1));
            };
            set({
              x1: at((event.clientX - box.left) * scale - 18),
              x2: at(SIZE - ((event.clientY - box.top) * scale - 6)),
            });
          }}
        >
          <rect class="ground" width={SIZE} height={SIZE} />
          {map.runs.map(({ row, from, to }) => (
            <rect
              key={`${row} ${from}`}
              class="positive"
              x={from * CELL}
              y={SIZE - (row + 1) * CELL}
              width={(to - from) * CELL}
              height={CELL}
            />
          ))}
          <path
            class="axes"
            d={`M0 ${SIZE / 2}H${SIZE}M${SIZE / 2} 0V${SIZE}`}
          />
          <text x={SIZE} y={SIZE / 2 + 14} text-anchor="end">x₁</text>
          <text x={SIZE / 2 + 6} y={12}>x₂</text>
          <g
            class={value > 0 ? "point above" : "point"}
            transform={`translate(${pixelOf(x1)} ${SIZE - pixelOf(x2)})`}
          >
            <circle r={6} />
            <path d={value > 0 ? "M-3 0H3M0 -3V3" : "M-3 0H3"} />
          </g>
          <rect class="positive" x={0} y={SIZE + 8} width={12} height={10} />
          <text x={17} y={SIZE + 17}>f(x) &gt; 0</text>
          <rect class="ground" x={80} y={SIZE + 8} width={12} height={10} />
          <text x={97} y={SIZE + 17}>f(x) ≤ 0</text>
        </svg>
        <figcaption>
          <span id={`${ID}-words`} role="status">{words}</span>
        </figcaption>
      </figure>
      <Weights gate={gate} />
    </FigureForm>
  );
}

/** The weights of a gate, layer by layer; all its biases are zero. */
function Weights({ gate: { network } }: { gate: Gate }) {
  return (
    <div class="fields weights">
      {network.map(({ weight }, i) => (
        <div key={i}>
          W<sub>{i + 1}</sub>
          <table class="matrix">
            <tbody>
              {weight.map((row, unit) => (
                <tr key={unit}>
                  {row.map((w, j) => <td key={j}>{signed(w)}</td>)}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
      <div>all biases 0</div>
    </div>
  );
}
