import { useMemo, useRef, useState } from "preact/hooks";
import { chartOptions, describe } from "../../plots/chart.ts";
import { lostPoints } from "../../plots/contour_chart.ts";
import { firstView, type View } from "../../plots/figure.ts";
import { formatExact } from "../../plots/format.ts";
import { draw } from "../draw.ts";
import { Scroll } from "../scroll.tsx";
import type { ChartProps } from "./chart.tsx";
import { Legend, toggled } from "./legend.tsx";
import { useWidth } from "./use_width.ts";

/** Height of the chart in pixels, by its width. */
const heightOf = (width: number) => Math.min(440, Math.round(0.8 * width));

/** Rows of a table that is still read by a person. */
const MOST_ROWS = 40;

/** Paths over contours with a legend that switches them and their points as a table. */
export function ContourView({ figure, source }: ChartProps) {
  const [view, setView] = useState<View>(() =>
    firstView(figure, { height: heightOf(720) })
  );
  const box = useRef<HTMLDivElement>(null);
  const change = (patch: Partial<View>) =>
    setView((now) => ({ ...now, ...patch }));
  const ready = useWidth(
    box,
    (width) => change({ width, height: heightOf(width) }),
  );
  const markup = useMemo(
    () => draw(chartOptions(figure, view)).markup,
    [figure, view],
  );
  const lost = figure.series.flatMap((one) => {
    const words = figure.surface ? lostPoints(one, figure.surface) : "";
    return words ? [`${one.name}: ${words}`] : [];
  });
  return (
    <div class="chart" data-ready={String(ready)}>
      <Legend
        figure={figure}
        hidden={view.hidden}
        ready={ready}
        toggle={(name) => change({ hidden: toggled(view.hidden, name) })}
      />
      <div
        class="chart-box still"
        ref={box}
        tabIndex={0}
        role="img"
        aria-label={describe(figure)}
      >
        <div
          class="chart-svg"
          aria-hidden="true"
          // Made by Plot through the DOM, which escapes all text.
          // deno-lint-ignore react-no-danger
          dangerouslySetInnerHTML={{ __html: markup }}
        />
      </div>
      {lost.length > 0 && <p class="quiet">{lost.join("; ")}</p>}
      <PathTable figure={figure} source={source} />
    </div>
  );
}

/** Evenly spread points of every path, counted from 0. */
function PathTable({ figure, source }: ChartProps) {
  const { title, series, xLabel, yLabel } = figure;
  const all = Math.max(0, ...series.map(({ x }) => x.length));
  const every = Math.max(1, Math.ceil(all / MOST_ROWS));
  const rows = Array.from({ length: all }, (_, i) => i)
    .filter((i) => i % every === 0 || i === all - 1);
  const cell = (value: number | undefined) =>
    value === undefined ? "" : formatExact(value);
  return (
    <details class="data-table">
      <summary>Data of {title}</summary>
      {rows.length < all && (
        <p>
          {rows.length} of {all} points.{" "}
          {source && <a href={source}>All values as JSON</a>}
        </p>
      )}
      <Scroll label={`Data of ${title}`}>
        <table>
          <thead>
            <tr>
              <th scope="col">point</th>
              {series.flatMap(({ name }) =>
                [xLabel, yLabel].map((label) => (
                  <th scope="col" key={name + label}>{name}, {label}</th>
                ))
              )}
            </tr>
          </thead>
          <tbody>
            {rows.map((i) => (
              <tr key={i}>
                <th scope="row">{i}</th>
                {series.flatMap(({ name, x, y }) =>
                  [x, y].map((values, of) => (
                    <td key={name + of}>{cell(values[i])}</td>
                  ))
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
