import type { JSX } from "preact";
import { formatNumber } from "../../plots/format.ts";
import type { Span } from "../../math/receptive_field.ts";
import { Scroll } from "../scroll.tsx";
import { FigureForm, Problem } from "./figure_form.tsx";
import {
  describe,
  receptiveFieldState,
  type View,
  viewOf,
} from "./receptive_field_state.ts";
import { useUrlState } from "./use_url_state.ts";

const codec = receptiveFieldState;

/** What a unit sees: choose the layers, one of them, and a unit; the image shows its pixels. */
export function ReceptiveField({ search }: { search: string }) {
  const [state, problems, set, input] = useUrlState(codec, search);
  const view = viewOf(state);
  const { behind, layer, row, column } = view;
  const { units } = behind[layer - 1]!;
  const slider = (
    key: "layer" | "row" | "column",
    { value, least, most }: { value: number; least: number; most: number },
  ) => ({
    ...input(key),
    type: "range",
    min: least,
    max: Math.max(least, most),
    value,
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      set({ [key]: Number(currentTarget.value) }),
  });
  return (
    <FigureForm
      id="receptive-field-figure"
      label="What a unit sees"
      codec={codec}
      search={search}
    >
      <div class="fields">
        <label>
          layers <input {...input("layers")} class="wide" spellcheck={false} />
        </label>
        <label>
          image, pixels a side{" "}
          <input {...input("pixels")} inputMode="numeric" />
        </label>
      </div>
      <Problem codec={codec} problems={problems} of="layers" />
      <Problem codec={codec} problems={problems} of="pixels" />
      <div class="fields">
        <label>
          layer {layer}: {behind[layer - 1]!.text}{" "}
          <input
            {...slider("layer", {
              value: layer,
              least: 1,
              most: behind.length,
            })}
          />
        </label>
        <label>
          row {row}{" "}
          <input
            {...slider("row", { value: row, least: 0, most: units - 1 })}
          />
        </label>
        <label>
          column {column}{" "}
          <input
            {...slider("column", { value: column, least: 0, most: units - 1 })}
          />
        </label>
      </div>
      {(["layer", "row", "column"] as const).map((key) => (
        <Problem key={key} codec={codec} problems={problems} of={key} />
      ))}
      <figure>
        {!view.empty && (
          <div class="field-panels" aria-hidden="true">
            <Image view={view} pixels={state.pixels} />
            <Units
              view={view}
              choose={(row, column) => set({ row, column })}
            />
          </div>
        )}
        <figcaption aria-live="polite">
          {describe(view, state.pixels)}
        </figcaption>
      </figure>
      <Layers view={view} />
    </FigureForm>
  );
}

/** Side of a panel's drawing, and the band around it for what lies in the padding. */
const SIDE = 200;
const BAND = 24;

const viewBox = `${-BAND} ${-BAND} ${SIDE + 2 * BAND} ${SIDE + 2 * BAND}`;

function Box({ rows, columns, of, ...rest }: {
  rows: Span;
  columns: Span;
  /** Pixels that a side is long. */
  of: number;
} & JSX.SVGAttributes<SVGRectElement>) {
  const at = SIDE / of;
  return (
    <rect
      x={columns.first * at}
      y={rows.first * at}
      width={(columns.last - columns.first + 1) * at}
      height={(rows.last - rows.first + 1) * at}
      {...rest}
    />
  );
}

/** The image with what is seen; dashed what lies in the padding. */
function Image({ view: { whole, seen }, pixels }: {
  view: View;
  pixels: number;
}) {
  return (
    <svg viewBox={viewBox}>
      <text x="0" y="-8">image</text>
      <rect class="frame" width={SIDE} height={SIDE} />
      <Box class="whole" {...whole} of={pixels} />
      <Box class="seen" {...seen} of={pixels} />
    </svg>
  );
}

/** The units of the chosen layer; a click chooses one. */
function Units({ view: { behind, layer, row, column }, choose }: {
  view: View;
  choose: (row: number, column: number) => void;
}) {
  const { units, text } = behind[layer - 1]!;
  const unitAt = (along: number, side: number) =>
    Math.max(
      0,
      Math.min(
        units - 1,
        Math.floor(
          (along / side * (SIDE + 2 * BAND) - BAND) / SIDE * units,
        ),
      ),
    );
  return (
    <svg
      viewBox={viewBox}
      class="units"
      onClick={({ currentTarget, clientX, clientY }) => {
        const { left, top, width, height } = currentTarget
          .getBoundingClientRect();
        choose(unitAt(clientY - top, height), unitAt(clientX - left, width));
      }}
    >
      <text x="0" y="-8">units behind {text}</text>
      <rect class="frame" width={SIDE} height={SIDE} />
      <Box
        class="seen"
        rows={{ first: row, last: row }}
        columns={{ first: column, last: column }}
        of={units}
      />
      <circle
        class="spot"
        cx={(column + 0.5) * SIDE / units}
        cy={(row + 0.5) * SIDE / units}
        r="6"
      />
    </svg>
  );
}

/** Units, size, jump and start behind every layer. */
function Layers({ view: { behind, layer } }: { view: View }) {
  return (
    <Scroll label="What the units of each layer see">
      <table class="study-table">
        <caption>What the units of each layer see</caption>
        <thead>
          <tr>
            <th scope="col">layer</th>
            <th scope="col" class="number">units a side</th>
            <th scope="col" class="number">size</th>
            <th scope="col" class="number">jump</th>
            <th scope="col" class="number">start</th>
          </tr>
        </thead>
        <tbody>
          {behind.map(({ text, units, field }, l) => (
            <tr key={l} aria-current={l + 1 === layer ? "true" : undefined}>
              <th scope="row">{l + 1}: {text}</th>
              <td class="number">{units}</td>
              <td class="number">{field.size}</td>
              <td class="number">{field.jump}</td>
              <td class="number">{formatNumber(field.start)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
