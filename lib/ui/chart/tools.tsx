import type { Figure, View } from "../../plots/figure.ts";
import type { CrowdState } from "./use_crowds.ts";

/** What is said while replicas are not here. */
const CROWDS: Partial<Record<CrowdState, string>> = {
  loading: "loading",
  failed: "Cannot load the replicas: reload the page",
};

/** The controls below a chart; they take no room where no script runs. */
export function Tools({ figure, view, change, zoomBy, crowds, ready }: {
  figure: Figure;
  view: View;
  change: (patch: Partial<View>) => void;
  zoomBy: (factor: number) => void;
  /** How far replicas are that are too many to be carried along; `null` where they cannot be asked for. */
  crowds: CrowdState | null;
  ready: boolean;
}) {
  const toggle = (name: "logX" | "logY" | "replicas", text: string) => (
    <button
      type="button"
      aria-pressed={view[name]}
      disabled={!ready}
      onClick={() => change({ [name]: !view[name] })}
    >
      {text}
    </button>
  );
  return (
    <div class="tools" role="group" aria-label={`View of ${figure.title}`}>
      <button
        type="button"
        aria-label="Zoom in"
        disabled={!ready}
        onClick={() => zoomBy(0.5)}
      >
        +
      </button>
      <button
        type="button"
        aria-label="Zoom out"
        disabled={!view.range}
        onClick={() => zoomBy(2)}
      >
        −
      </button>
      <button
        type="button"
        disabled={!view.range}
        onClick={() => change({ range: null })}
      >
        Reset
      </button>
      {toggle("logX", "Log x")}
      {!isLog(figure) && toggle("logY", "Log y")}
      {figure.kind === "lines" &&
        figure.series.some(({ single, stored }) =>
          single || stored && crowds !== null
        ) && toggle("replicas", "Every replica")}
      {view.replicas && crowds && CROWDS[crowds] && (
        <span role="status">{CROWDS[crowds]}</span>
      )}
      {figure.kind !== "scatter" && (
        <label>
          Smoothing
          <input
            type="range"
            min="0"
            max="0.98"
            step="0.02"
            value={view.smoothing}
            disabled={!ready}
            onInput={(event) =>
              change({ smoothing: Number(event.currentTarget.value) })}
          />
          <output>{view.smoothing.toFixed(2)}</output>
        </label>
      )}
    </div>
  );
}

/** Whether a figure is on a log scale whatever the view. */
function isLog({ kind }: Figure): boolean {
  return kind === "difference" || kind === "heat";
}
