import { colorOf, dashOf, type Figure } from "../../plots/figure.ts";

/** What is shown of several replicas where it is not mean and deviation. */
const SPREADS: Partial<Record<Figure["kind"], string>> = {
  theory: "mean ± 3 se",
  scatter: "means and dots",
};

/** The series of a figure with their line samples; buttons that switch them once the page is alive. */
export function Legend({ figure, hidden, log = false, ready, toggle }: {
  figure: Figure;
  hidden: readonly string[];
  /** Whether the y axis is logarithmic now. */
  log?: boolean;
  ready: boolean;
  toggle: (name: string) => void;
}) {
  const isLog = log || figure.kind === "difference";
  const spread = SPREADS[figure.kind] ??
    (isLog ? "mean, 16–84 %" : "mean ± sd");
  return (
    <div class="legend" role="group" aria-label={`Series of ${figure.title}`}>
      {figure.series.map(({ name, replicas }, index) => (
        <button
          type="button"
          key={name}
          aria-pressed={!hidden.includes(name)}
          disabled={!ready}
          onClick={() => toggle(name)}
        >
          <Sample index={index} />
          {name}
          {replicas && <small>{spread} of {replicas}</small>}
        </button>
      ))}
    </div>
  );
}

/** `names` with `name` added, or taken out. */
export function toggled(names: readonly string[], name: string): string[] {
  return names.includes(name)
    ? names.filter((other) => other !== name)
    : [...names, name];
}

/** A short piece of the line of the series at `index`. */
export function Sample({ index }: { index: number }) {
  return (
    <svg class="sample" width="22" height="8" aria-hidden="true">
      <line
        x1="1"
        x2="21"
        y1="4"
        y2="4"
        stroke={colorOf(index)}
        stroke-width="2.5"
        stroke-dasharray={dashOf(index)}
      />
    </svg>
  );
}
