import { useRef, useState } from "preact/hooks";
import { nearest } from "../../plots/downsample.ts";
import type { Figure, View } from "../../plots/figure.ts";
import { brush as brushed, pan, type Range, zoom } from "../../plots/zoom.ts";
import type { Drawing } from "../draw.ts";
import type { Cursor } from "./readout.tsx";

/** Shorter drags, in pixels, are clicks. */
const SHORTEST_DRAG = 5;

/** State and event handlers of the pointer and the keyboard over a chart. */
export function useGestures({ figure, view, drawing, whole, change }: {
  figure: Figure;
  view: View;
  drawing: Drawing;
  whole: Range;
  change: (patch: Partial<View>) => void;
}) {
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [brush, setBrush] = useState<Range | null>(null);
  const drag = useRef<{ pixel: number; x: number } | null>(null);
  const log = view.logX;

  const locate = (event: MouseEvent) => {
    const box = event.currentTarget as HTMLElement;
    const left = box.getBoundingClientRect().left - box.scrollLeft;
    const pixel = event.clientX - left;
    const [low, high] = view.range ?? whole;
    const x = Math.min(Math.max(drawing.x.invert(pixel), low), high);
    return { pixel, x };
  };
  const zoomBy = (factor: number, center = cursor?.x) =>
    change({ range: zoom(view.range, { whole, factor, center, log }) });

  const moveCursor = (by: number) => {
    const xs = longest(figure, view);
    if (xs.length === 0) return;
    const [low, high] = view.range ?? whole;
    const now = cursor?.x ?? (by > 0 ? low : high);
    const i = nearest(xs, now) + (cursor ? by : 0);
    const x = xs[Math.min(Math.max(i, 0), xs.length - 1)]!;
    setCursor({ x, spoken: true });
  };

  const handlers = {
    onPointerDown(event: PointerEvent) {
      if (event.button !== 0) return;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      drag.current = locate(event);
    },
    onPointerMove(event: PointerEvent) {
      const { pixel, x } = locate(event);
      const start = drag.current;
      if (start && Math.abs(pixel - start.pixel) >= SHORTEST_DRAG) {
        setBrush([start.x, x]);
      } else setCursor(snapped(figure, view, x));
    },
    onPointerUp() {
      drag.current = null;
      if (brush) change({ range: brushed(brush[0], brush[1], whole) });
      setBrush(null);
    },
    onPointerCancel() {
      drag.current = null;
      setBrush(null);
    },
    onPointerLeave() {
      if (!drag.current) setCursor(null);
    },
    onDblClick: () => change({ range: null }),
    onBlur: () => setCursor(null),
    onWheel(event: WheelEvent) {
      // A plain wheel scrolls the page; with Ctrl, or as a pinch, it zooms.
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 0.8 : 1.25, locate(event).x);
    },
    onKeyDown(event: KeyboardEvent) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const way = event.key === "ArrowLeft" ? -1 : 1;
      const arrow = () =>
        event.shiftKey
          ? moveCursor(way)
          : change({ range: pan(view.range, { whole, share: way / 5, log }) });
      const actions: Record<string, () => void> = {
        "+": () => zoomBy(0.5),
        "=": () => zoomBy(0.5),
        "-": () => zoomBy(2),
        "−": () => zoomBy(2),
        "0": () => change({ range: null }),
        Escape: () => setCursor(null),
        ArrowLeft: arrow,
        ArrowRight: arrow,
      };
      const action = actions[event.key];
      if (!action) return;
      event.preventDefault();
      action();
    },
  };
  return { cursor, brush, zoomBy, handlers };
}

/** The x nearest to the pointer that a visible series has. */
function snapped(figure: Figure, view: View, x: number): Cursor | null {
  let best: number | null = null;
  for (const series of figure.series) {
    const i = nearest(series.x, x);
    if (i < 0 || view.hidden.includes(series.name)) continue;
    const found = series.x[i]!;
    if (best === null || Math.abs(found - x) < Math.abs(best - x)) best = found;
  }
  return best === null ? null : { x: best, spoken: false };
}

function longest(figure: Figure, view: View): number[] {
  return figure.series
    .filter(({ name }) => !view.hidden.includes(name))
    .reduce<number[]>((most, { x }) => x.length > most.length ? x : most, []);
}
