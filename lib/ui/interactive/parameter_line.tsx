import { useMemo, useRef, useState } from "preact/hooks";
import { bendOf, unitsOn } from "../../math/parameter_line.ts";
import { chordChart } from "../../plots/chord_chart.ts";
import { useWidth } from "../chart/use_width.ts";
import { draw } from "../draw.ts";
import { DrawnFigure } from "./drawn_figure.tsx";
import { FigureForm, Problem } from "./figure_form.tsx";
import {
  type Chord,
  type Graph,
  graphOf,
  lineNames,
  lineOf,
  parameterLineCodec as codec,
  type ParameterLineState,
  REACH,
} from "./parameter_line_state.ts";
import { replaceState, shortNumber } from "./url_state.ts";
import { useUrlState } from "./use_url_state.ts";

const ID = "parameter-line";

const NAMES: Record<ParameterLineState["line"], string> = {
  ramp: "ramp: w = (t, t), b = (1, −1), v = (1, −1)",
  product: "product: w = 1 + t, v = t",
  random: "random",
};

const BENDS = {
  linear: "linear",
  convex: "convex",
  concave: "concave",
  neither: "neither convex nor concave",
};

const signed = (value: number) => shortNumber(value).replace("-", "−");

/** The points of a chord of the graph, and how far its middle lies above the graph. */
function chordOf(graph: Graph, { from, to }: Chord) {
  const middle = (from + to) / 2;
  const [start, end] = [graph.at(from), graph.at(to)];
  const [onChord, onGraph] = [(start + end) / 2, graph.at(middle)];
  return {
    ends: [{ x: from, y: start }, { x: to, y: end }] as const,
    middle: {
      chord: { x: middle, y: onChord },
      graph: { x: middle, y: onGraph },
    },
    gap: onChord - onGraph,
  };
}

/** What a chord shows, in words. */
function wordsOf(gap: number, { from, to }: Chord): string {
  const chord = `The middle of the chord from t = ${signed(from)} to t = ${
    signed(to)
  }`;
  if (Math.abs(gap) < 1e-9) return `${chord} lies on the graph`;
  const size = signed(Number(Math.abs(gap).toPrecision(3)));
  return gap > 0
    ? `${chord} lies ${size} above the graph, so it is not concave`
    : `${chord} lies ${size} below the graph, so it is not convex`;
}

/** The output of a two-layer network at a fixed input, along a line through its parameters, with a chord to move. */
export function ParameterLine({ search }: { search: string }) {
  const [state, problems, set, input] = useUrlState(codec, search);
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(680);
  useWidth(box, setWidth);
  const { line, seed, x } = state;
  const { graph, bend } = useMemo(() => {
    const chosen = lineOf(state);
    return {
      graph: graphOf(chosen, x),
      bend: bendOf(unitsOn(chosen, [x])),
    };
  }, [line, seed, state.width, x]);
  const { ends, middle, gap } = chordOf(graph, state);
  const markup = useMemo(
    () =>
      draw(chordChart(
        {
          ...{ curve: graph.curve, kinks: graph.kinks, chord: ends, middle },
          ...{ xLabel: "t", yLabel: "output f(x; θ + t d)" },
        },
        { width, height: width < 480 ? 240 : 300 },
      )).markup,
    [graph, state.from, state.to, width],
  );
  const count = graph.kinks.length;
  const words = `On this line the output is ${BENDS[bend]} in t; ${
    count === 1 ? "1 kink is" : `${count} kinks are`
  } shown. ${wordsOf(gap, state)}.`;
  return (
    <FigureForm
      id={ID}
      label="The output along a line of parameters"
      codec={codec}
      search={search}
    >
      <div class="fields">
        <div>
          <label for={input("line").id}>Line</label>{" "}
          <select {...input("line")}>
            {lineNames.map((name) => (
              <option key={name} value={name} selected={name === line}>
                {NAMES[name]}
              </option>
            ))}
          </select>
          <Problem codec={codec} problems={problems} of="line" />
        </div>
        {(["seed", "width"] as const).map((of) => (
          <div key={of}>
            <label for={input(of).id}>
              {of === "seed" ? "Random: seed" : "width"}
            </label>{" "}
            <input
              {...input(of)}
              type="number"
              min={of === "seed" ? 0 : 1}
              max={of === "seed" ? 9999 : 32}
            />
            <Problem codec={codec} problems={problems} of={of} />
          </div>
        ))}
      </div>
      <div class="fields">
        {([["x", 3, "Input x"], ["from", REACH, "Chord from"], [
          "to",
          REACH,
          "to",
        ]] as const).map(([of, most, label]) => (
          <div key={of}>
            <label for={input(of).id}>{label}</label>{" "}
            <input
              {...input(of)}
              type="range"
              min={-most}
              max={most}
              step={0.125}
            />{" "}
            <output for={input(of).id}>{signed(state[of])}</output>
            <Problem codec={codec} problems={problems} of={of} />
          </div>
        ))}
      </div>
      <div class="fields" role="group" aria-label="Chords to start from">
        <ChordLink
          label="a chord above"
          chord={graph.above}
          {...{ state, set, search }}
        />
        <ChordLink
          label="a chord below"
          chord={graph.below}
          {...{ state, set, search }}
        />
      </div>
      <DrawnFigure
        id={ID}
        label="Graph of the output along the line, with a chord"
        {...{ box, markup, words }}
      />
    </FigureForm>
  );
}

/** Sets the chord that lies farthest on one side of the graph; says so where there is none. */
function ChordLink({ label, chord, state, set, search }: {
  label: string;
  chord: Chord | null;
  state: ParameterLineState;
  set: (chord: Chord) => void;
  search: string;
}) {
  if (!chord) return <span>no {label.slice(2)}</span>;
  const query = replaceState(codec, { ...state, ...chord }, search) || "?";
  return (
    <a
      href={`${query}#${ID}`}
      onClick={(event) => {
        event.preventDefault();
        set(chord);
      }}
    >
      {label}
    </a>
  );
}
