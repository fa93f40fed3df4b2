import { nearest } from "../../plots/downsample.ts";
import { colorOf, type Figure, type View } from "../../plots/figure.ts";
import { formatExact } from "../../plots/format.ts";
import type { Drawing } from "../draw.ts";
import { Sample } from "./legend.tsx";

/** Where the reader points: an x that some series has. */
export interface Cursor {
  x: number;
  /** True when it was moved by keyboard and should be read aloud. */
  spoken: boolean;
}

interface Reading {
  index: number;
  name: string;
  x: number;
  y: number;
}

/** The value of every visible series at its point nearest to `x`, as far as that is in view. */
export function readingsAt(figure: Figure, view: View, x: number): Reading[] {
  return figure.series.flatMap((series, index) => {
    const i = nearest(series.x, x);
    const at = series.x[i];
    const seen = at !== undefined && inView(view, at) &&
      !view.hidden.includes(series.name);
    return seen ? [{ index, name: series.name, x: at, y: series.y[i]! }] : [];
  });
}

function inView({ range }: View, x: number): boolean {
  return !range || (x >= range[0] && x <= range[1]);
}

/** Cross-hair, brush and values over a drawn chart. */
export function Overlay({ figure, view, drawing, cursor: moved, brush }: {
  figure: Figure;
  view: View;
  drawing: Drawing;
  cursor: Cursor | null;
  brush: readonly [number, number] | null;
}) {
  const { width, height } = view;
  const cursor = moved && inView(view, moved.x) ? moved : null;
  const readings = cursor ? readingsAt(figure, view, cursor.x) : [];
  const at = cursor ? drawing.x.apply(cursor.x) : NaN;
  const [from, to] = (brush ?? [0, 0]).map((x) => drawing.x.apply(x)).sort((
    a,
    b,
  ) => a - b) as [number, number];
  return (
    <>
      <svg
        class="chart-overlay"
        viewBox={`0 0 ${width} ${height}`}
        aria-hidden="true"
      >
        {brush && (
          <rect
            class="brush"
            x={from}
            y={26}
            width={to - from}
            height={height - 66}
          />
        )}
        {cursor && !brush && (
          <line class="cross" x1={at} x2={at} y1={26} y2={height - 40} />
        )}
        {!brush && readings.map(({ index, x, y }) => (
          <Dot
            key={index}
            color={colorOf(index)}
            x={drawing.x.apply(x)}
            y={drawing.y.apply(y)}
          />
        ))}
      </svg>
      {cursor && !brush && (
        <div
          class="tip"
          aria-hidden="true"
          style={at > width / 2
            ? { right: `${width - at + 12}px` }
            : { left: `${at + 12}px` }}
        >
          <b>{figure.xLabel} {formatExact(cursor.x)}</b>
          {readings.map((reading) => (
            <div key={reading.index}>
              <Sample index={reading.index} />
              <span>{reading.name}</span>
              <span class="number">
                {formatExact(reading.y)}
                {reading.x !== cursor.x && ` at ${formatExact(reading.x)}`}
              </span>
            </div>
          ))}
        </div>
      )}
    </>
  );
}

function Dot({ color, x, y }: { color: string; x: number; y: number }) {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return null;
  return <circle class="reading" cx={x} cy={y} r="4" fill={color} />;
}

/** The values under a cursor moved by keyboard, for a screen reader. */
export function Spoken({ figure, view, cursor }: {
  figure: Figure;
  view: View;
  cursor: Cursor | null;
}) {
  const text = cursor?.spoken
    ? [
      `${figure.xLabel} ${formatExact(cursor.x)}`,
      ...readingsAt(figure, view, cursor.x)
        .map(({ name, y }) => `${name} ${formatExact(y)}`),
    ].join(", ")
    : "";
  return <p class="unseen" role="status">{text}</p>;
}
