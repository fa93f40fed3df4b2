import { useEffect, useRef, useState } from "preact/hooks";
import { downsample } from "../../plots/downsample.ts";
import type { Wanted } from "../../plots/groups.ts";
import { appendRows, type Curve, type Series } from "../../plots/series.ts";
import { follow } from "./follow.ts";
import { isOver, type RunState } from "./wire.ts";

/** Longest curve a page keeps; a longer one is thinned to a quarter, its NaNs stay. */
const LONGEST = 20_000;

/** A run as the server drew it, and where to go on from. */
export interface LiveStart {
  id: string;
  state: RunState;
  series: Series[];
  /** Figures that the study asks for, besides one for each other quantity. */
  wanted: readonly Wanted[];
  /** Sequence number of the last row in `series`. */
  after: number;
}

/** The run as it is now: follows it from `start` on, as long as something may change. */
export function useRun(
  { id, state, series, after }: Omit<LiveStart, "wanted">,
) {
  const [now, setNow] = useState({ state, series, up: true });
  const curves = useRef<Map<string, Curve> | null>(null);
  useEffect(() => {
    if (isOver(state)) return;
    curves.current ??= new Map(series.map((one) => [one.name, { ...one }]));
    const all = curves.current;
    return follow(id, after, {
      rows(rows) {
        appendRows(all, rows);
        for (const [name, curve] of all) {
          if (curve.x.length > LONGEST) {
            all.set(name, downsample(curve, LONGEST / 8));
          }
        }
        setNow((before) => ({ ...before, series: [...all.values()] }));
      },
      state: (state) => setNow((before) => ({ ...before, state })),
      line: (up) => setNow((before) => ({ ...before, up })),
    });
  }, []);
  return now;
}
