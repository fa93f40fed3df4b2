import { useMemo, useRef, useState } from "preact/hooks";
import { piecesOf } from "../../math/kinks.ts";
import { outputAt } from "../../math/relu_network.ts";
import { mostKinks } from "../../math/sawtooth.ts";
import { kinksChart } from "../../plots/kinks_chart.ts";
import { useWidth } from "../chart/use_width.ts";
import { draw } from "../draw.ts";
import { DrawnFigure } from "./drawn_figure.tsx";
import { FigureForm, Problem } from "./figure_form.tsx";
import {
  LARGEST,
  networkOf,
  type Parameter,
  parametersOf,
  presets,
  reluNetworkCodec as codec,
  type ReluNetworkState,
  type UnitParameters,
} from "./relu_network_state.ts";
import { replaceState, shortNumber } from "./url_state.ts";
import { useUrlState } from "./use_url_state.ts";

const ID = "relu-network";

const signed = (value: number) => shortNumber(value).replace("-", "−");

/** The function of a state, its kinks, and both as words. */
function functionOf(state: ReluNetworkState) {
  const network = networkOf(state);
  const { kinks } = piecesOf(network);
  const point = (x: number) => ({ x, y: outputAt(network, x) });
  const shown = kinks.filter((x) => Math.abs(x) < state.span).map(point);
  const vertices = [point(-state.span), ...shown, point(state.span)];
  const bound = mostKinks(state.width, state.layers);
  const isAttained = state.width > 2 || state.layers === 2;
  const places = kinks.slice(0, 6).map(signed).join(", ");
  const words = [
    `The output has ${kinks.length} ${kinks.length === 1 ? "kink" : "kinks"}`,
    kinks.length > 0 && `, at x = ${places}`,
    kinks.length > 6 && ` and ${kinks.length - 6} more`,
    `; ${state.layers} layers of width ${state.width} can have `,
    isAttained ? `${bound}.` : `fewer than ${bound}.`,
    shown.length < kinks.length &&
    ` The graph shows ${shown.length} of them.`,
  ].filter(Boolean).join("");
  return { shown, vertices, words };
}

/** A ReLU network with one input whose weights are sliders: its output and its kinks, counted exactly. */
export function ReluNetwork({ search }: { search: string }) {
  const [state, problems, set, input] = useUrlState(codec, search);
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(680);
  useWidth(box, setWidth);
  const { shown, vertices, words } = useMemo(() => functionOf(state), [state]);
  const markup = useMemo(
    () =>
      draw(kinksChart(
        { vertices, kinks: shown, xLabel: "input x", yLabel: "output f(x)" },
        { width, height: width < 480 ? 240 : 300 },
      )).markup,
    [vertices, shown, width],
  );
  const slider = (parameter: Parameter) => (
    <Slider
      key={parameter.name}
      parameter={parameter}
      value={state[parameter.name]!}
      input={input}
      problems={problems}
    />
  );
  return (
    <FigureForm
      id={ID}
      label="A ReLU network with one input"
      codec={codec}
      search={search}
    >
      <div class="fields" role="group" aria-label="Networks to start from">
        Start from
        {presets.map((preset) => (
          <a
            key={preset.label}
            href={`${replaceState(codec, preset.state, search) || "?"}#${ID}`}
            onClick={(event) => {
              event.preventDefault();
              set(preset.state);
            }}
          >
            {preset.label}
          </a>
        ))}
      </div>
      <div class="fields">
        <Number of="layers" label="Layers l" {...{ input, problems }} />
        <Number of="width" label="Width k" {...{ input, problems }} />
        <Number of="span" label="x from −s to s, s" {...{ input, problems }} />
      </div>
      <DrawnFigure
        id={ID}
        label="Graph of the output with its kinks"
        {...{ box, markup, words }}
      />
      <div class="layers">
        {parametersOf(state).map((units, i) => (
          <Layer
            key={i}
            title={i === state.layers - 1 ? "Output" : `Layer ${i + 1}`}
            units={units}
            slider={slider}
          />
        ))}
      </div>
    </FigureForm>
  );
}

type Hook = ReturnType<typeof useUrlState<ReluNetworkState>>;

/** A number of the figure's size. */
function Number({ of, label, input, problems }: {
  of: "layers" | "width" | "span";
  label: string;
  input: Hook[3];
  problems: Hook[1];
}) {
  const field = input(of);
  const isSpan = of === "span";
  return (
    <div>
      <label for={field.id}>{label}</label>{" "}
      <input
        {...field}
        type="number"
        min={isSpan ? 0.25 : of === "layers" ? 2 : 1}
        max={isSpan ? 20 : of === "layers" ? 4 : 3}
        step={isSpan ? 0.25 : 1}
      />
      <Problem codec={codec} problems={problems} of={of} />
    </div>
  );
}

/** The parameters of a layer, a row for each unit. */
function Layer({ title, units, slider }: {
  title: string;
  units: readonly UnitParameters[];
  slider: (parameter: Parameter) => preact.JSX.Element;
}) {
  return (
    <fieldset>
      <legend>{title}</legend>
      {units.map(({ label, weights, bias }) => (
        <div class="unit" key={label} role="group" aria-label={label}>
          {weights.map(slider)}
          {slider(bias)}
        </div>
      ))}
    </fieldset>
  );
}

/** One weight or bias. */
function Slider({ parameter: { name, label }, value, input, problems }: {
  parameter: Parameter;
  value: number;
  input: Hook[3];
  problems: Hook[1];
}) {
  const field = input(name);
  return (
    <div class="weight">
      <label for={field.id}>
        <span aria-hidden="true">
          {name.slice(0, 1)}
          <sub>{name.slice(1)}</sub>
        </span>
        <span class="unseen">{label}</span>
      </label>
      <input
        {...field}
        type="range"
        min={-LARGEST}
        max={LARGEST}
        step={0.25}
      />
      <output for={field.id}>{signed(value)}</output>
      <Problem codec={codec} problems={problems} of={name} />
    </div>
  );
}
