import { useMemo, useRef, useState } from "preact/hooks";
import { chartOptions, describe } from "../../plots/chart.ts";
import {
  extentX,
  type Figure,
  firstView,
  type View,
} from "../../plots/figure.ts";
import { draw } from "../draw.ts";
import { ContourView } from "./contour_view.tsx";
import { DataTable } from "./data_table.tsx";
import { useGestures } from "./gestures.ts";
import { Legend, toggled } from "./legend.tsx";
import { Overlay, Spoken } from "./readout.tsx";
import { Tools } from "./tools.tsx";
import { useCrowds } from "./use_crowds.ts";
import { useWidth } from "./use_width.ts";

/** What `Chart` shows. */
export interface ChartProps {
  figure: Figure;
  /** Address of every value as JSON, named below a shortened table. */
  source?: string;
  /** Address that gives the replicas of a series that are too many to be carried along. */
  replicas?: string;
}

/** A figure: curves, or paths over contours. */
export function Chart(props: ChartProps) {
  return props.figure.kind === "contour"
    ? <ContourView figure={props.figure} source={props.source} />
    : <Curves {...props} />;
}

/**
 * Curves with pointer read-out, zoom and brush by mouse and keyboard, legend
 * toggle, log axes, smoothing and its data as a table. The server draws the same
 * component first, so that it reads without a script.
 */
function Curves({ figure: given, source, replicas }: ChartProps) {
  const [view, setView] = useState<View>(() => firstView(given));
  const { figure, state } = useCrowds(given, {
    source: replicas,
    wanted: view.replicas,
  });
  const box = useRef<HTMLDivElement>(null);
  const change = (patch: Partial<View>) =>
    setView((now) => ({ ...now, ...patch }));
  const ready = useWidth(
    box,
    (width) => change({ width, height: width < 480 ? 230 : 290 }),
  );
  const drawing = useMemo(() => draw(chartOptions(figure, view)), [
    figure,
    view,
  ]);
  const whole = extentX(figure.series);
  const gestures = useGestures({ figure, view, drawing, whole, change });
  const hint = `${figure.id}-hint`;
  return (
    <div class="chart" data-ready={String(ready)}>
      {figure.kind !== "heat" && (
        <Legend
          figure={figure}
          hidden={view.hidden}
          log={view.logY}
          ready={ready}
          toggle={(name) => change({ hidden: toggled(view.hidden, name) })}
        />
      )}
      <div
        class="chart-box"
        ref={box}
        tabIndex={0}
        role="application"
        aria-label={describe(figure)}
        aria-describedby={hint}
        {...gestures.handlers}
      >
        <div
          class="chart-svg"
          aria-hidden="true"
          // Made by Plot through the DOM, which escapes all text.
          // deno-lint-ignore react-no-danger
          dangerouslySetInnerHTML={{ __html: drawing.markup }}
        />
        <Overlay
          figure={figure}
          view={view}
          drawing={drawing}
          // A shade has no height to put a dot at; the table has the numbers.
          cursor={figure.kind === "heat" ? null : gestures.cursor}
          brush={gestures.brush}
        />
      </div>
      <p class="chart-hint" id={hint}>
        Drag over the chart to zoom in. Keys: + and − zoom, ← and → move, Shift
        with ← and → reads values, 0 shows everything.
      </p>
      <Spoken figure={figure} view={view} cursor={gestures.cursor} />
      <Tools
        figure={figure}
        view={view}
        change={change}
        zoomBy={gestures.zoomBy}
        crowds={replicas === undefined ? null : state}
        ready={ready}
      />
      <DataTable figure={figure} source={source} />
    </div>
  );
}
