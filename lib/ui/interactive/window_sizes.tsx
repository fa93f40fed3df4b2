import { FigureForm, Problem } from "./figure_form.tsx";
import { useUrlState } from "./use_url_state.ts";
import {
  describe,
  type DrawnWindow,
  viewOf,
  type WindowSizesState,
  windowSizesState,
  type WindowView,
} from "./window_sizes_state.ts";

const codec = windowSizesState;

/** Fields in the order in which they are typed. */
const fields: readonly [keyof WindowSizesState, string][] = [
  ["image", "image d"],
  ["kernel", "kernel k"],
  ["stride", "stride s"],
  ["padding", "padding P"],
  ["inputs", "channels C"],
  ["channels", "channels C′"],
];

/** The size of a convolution's output, and its windows over one axis. */
export function WindowSizes({ search }: { search: string }) {
  const [state, problems, , input] = useUrlState(codec, search);
  const view = viewOf(state);
  return (
    <FigureForm
      id="window-sizes-figure"
      label="Windows over an axis"
      codec={codec}
      search={search}
    >
      <div class="fields">
        {fields.map(([key, name]) => (
          <label key={key}>
            {name} <input {...input(key)} class="short" inputMode="numeric" />
          </label>
        ))}
      </div>
      {fields.map(([key]) => (
        <Problem key={key} codec={codec} problems={problems} of={key} />
      ))}
      <figure>
        {view.side > 0 && <Windows view={view} state={state} />}
        <figcaption>
          <p role="status">{describe(view, state)}</p>
        </figcaption>
      </figure>
    </FigureForm>
  );
}

/** Height of the axis and of a row of windows, and the gap below the axis, in widths of a pixel. */
const AXIS = 1.4;
const ROW = 0.9;
const GAP = 0.5;

/** The axis with its padding, and below it every window. */
function Windows(
  { view, state }: { view: WindowView; state: WindowSizesState },
) {
  const { windows, beyond, rows, unread } = view;
  const { image, kernel, padding } = state;
  const end = Math.max(
    image + padding,
    beyond ? beyond.first + kernel : 0,
  );
  const height = AXIS + GAP + rows * ROW;
  const bar = ({ first, row }: DrawnWindow, name: string) => (
    <rect
      key={first}
      class={name}
      x={first + 0.08}
      y={AXIS + GAP + row * ROW}
      width={kernel - 0.16}
      height={ROW * 0.65}
    />
  );
  return (
    <svg
      class="windows"
      viewBox={`${-padding - 0.2} -0.2 ${end + padding + 0.4} ${height + 0.2}`}
      aria-hidden="true"
    >
      <defs>
        <pattern
          id="unread-pixels"
          width="0.3"
          height="0.3"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line x1="0" y1="0" x2="0" y2="0.3" />
        </pattern>
      </defs>
      {Array.from({ length: image + 2 * padding }, (_, i) => {
        const pixel = i - padding;
        const outside = pixel < 0 || pixel >= image;
        return (
          <g key={pixel}>
            <rect
              class={outside ? "zero" : "pixel"}
              x={pixel + 0.04}
              width="0.92"
              height={AXIS}
            />
            {unread.includes(pixel) && (
              <rect
                class="unread"
                x={pixel + 0.04}
                width="0.92"
                height={AXIS}
              />
            )}
          </g>
        );
      })}
      {windows.map((window) => bar(window, "window"))}
      {beyond && bar(beyond, "beyond")}
    </svg>
  );
}
