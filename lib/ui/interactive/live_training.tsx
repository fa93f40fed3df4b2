import { useEffect, useState } from "preact/hooks";
import { type CurveName, curves } from "../../data/curves.ts";
import type { Snapshot } from "../../live/trainer.ts";
import { formatNumber } from "../../plots/format.ts";
import { FigureForm, Problem } from "./figure_form.tsx";
import { liveTrainingState } from "./live_training_state.ts";
import { type LoadTrainer, useTraining } from "./use_training.ts";
import { useUrlState } from "./use_url_state.ts";

const codec = liveTrainingState;
const keys = ["widths", "target", "learningRate", "seed"] as const;

/** Trains a small network in the reader's browser, with the plan and the kernels of the experiments. */
export function LiveTraining(
  { search, load }: { search: string; load: LoadTrainer },
) {
  const [state, problems, , input] = useUrlState(codec, search);
  const training = useTraining(load, state);
  const { phase, snapshot, losses } = training;
  // The server has no navigator: what it draws must not depend on it.
  const [able, setAble] = useState<boolean>();
  useEffect(() => setAble("gpu" in navigator), []);
  const busy = phase === "opening" || phase === "playing";
  return (
    <FigureForm
      id="live-training"
      label="Training in your browser"
      codec={codec}
      search={search}
    >
      <div class="fields">
        <label>
          target{" "}
          <select {...input("target")}>
            {Object.keys(curves).map((name) => (
              <option key={name} value={name} selected={name === state.target}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label>hidden units {<input {...input("widths")} />}</label>
        <label>
          learning rate <input {...input("learningRate")} inputMode="decimal" />
        </label>
        <label>seed {<input {...input("seed")} inputMode="numeric" />}</label>
      </div>
      {keys.map((key) => (
        <Problem key={key} codec={codec} problems={problems} of={key} />
      ))}
      <div class="fields">
        <button
          type="button"
          disabled={!able || phase === "opening"}
          onClick={phase === "playing" ? training.pause : training.play}
        >
          {phase === "playing" ? "Pause" : "Play"}
        </button>
        <button
          type="button"
          disabled={!able || busy}
          onClick={() => training.step(1)}
        >
          1 step
        </button>
        <button
          type="button"
          disabled={!able || busy}
          onClick={() => training.step(100)}
        >
          100 steps
        </button>
        <button
          type="button"
          disabled={!able || busy || !snapshot}
          onClick={training.rewind}
        >
          Rewind
        </button>
      </div>
      <figure>
        <Curves target={state.target} snapshot={snapshot} />
        <Losses losses={losses} />
        <figcaption aria-live={phase === "playing" ? "off" : "polite"}>
          {able === false
            ? "This browser has no WebGPU, so nothing can be trained here; the measured figures below are from a stored run."
            : training.problem ?? describe(snapshot, training.adapter)}
        </figcaption>
      </figure>
    </FigureForm>
  );
}

function describe(
  snapshot: Snapshot | undefined,
  adapter: string | undefined,
): string {
  if (!snapshot) {
    return "Play trains the network here, on this device, with SGD on batches of 32 points and momentum 0.9.";
  }
  const { steps, loss } = snapshot;
  if (!Number.isFinite(loss)) {
    return `After ${
      formatNumber(steps)
    } updates the loss is ${loss}: the step size is too large. Rewind, and take a smaller one.`;
  }
  return `After ${formatNumber(steps)} updates the mean squared error is ${
    formatNumber(loss, 3)
  } on 201 points, computed on ${adapter}. The line is the target, the dashes are the network.`;
}

/** The drawing: x from −1 to 1, y from −1.5 to 1.5. */
const WIDTH = 600;
const HEIGHT = 240;

const xAt = (i: number, count: number) => i / (count - 1) * WIDTH;
const yAt = (y: number) =>
  HEIGHT / 2 - Math.max(-1.6, Math.min(1.6, y)) * HEIGHT / 3;

/** A path through the values that are numbers, with gaps where they are not. */
function path(values: ArrayLike<number>, y: (value: number) => number): string {
  let pen = "M";
  return Array.from(values, (value, i) => {
    if (!Number.isFinite(value)) {
      pen = "M";
      return "";
    }
    const point = `${pen}${xAt(i, values.length).toFixed(1)},${
      y(value).toFixed(1)
    }`;
    pen = "L";
    return point;
  }).join("");
}

/** Places at which the target is drawn before there is a grid. */
const PLACES = 401;

function Curves({ target, snapshot }: {
  target: CurveName;
  snapshot: Snapshot | undefined;
}) {
  const aim = Array.from(
    { length: PLACES },
    (_, i) => curves[target].at(-1 + 2 * i / (PLACES - 1)),
  );
  return (
    <svg
      viewBox={`-6 -6 ${WIDTH + 12} ${HEIGHT + 12}`}
      class="live-curves"
      aria-hidden="true"
    >
      <path
        class="axis"
        d={`M0,${HEIGHT / 2}H${WIDTH}M${WIDTH / 2},0V${HEIGHT}`}
      />
      <path class="aim" d={path(aim, yAt)} />
      {snapshot && <path class="now" d={path(snapshot.outputs, yAt)} />}
      <text x="0" y={HEIGHT / 2 + 14}>−1</text>
      <text x={WIDTH} y={HEIGHT / 2 + 14} text-anchor="end">1</text>
    </svg>
  );
}

/** Decades of loss that are drawn: 10 down to 10⁻⁶. */
const TOP = 1;
const BOTTOM = -6;
const LOSS_HEIGHT = 70;

function Losses({ losses }: { losses: readonly number[] }) {
  if (losses.length < 2) return null;
  const y = (loss: number) => {
    const decade = Math.max(BOTTOM, Math.min(TOP, Math.log10(loss)));
    return (TOP - decade) / (TOP - BOTTOM) * LOSS_HEIGHT;
  };
  return (
    <svg
      viewBox={`-6 -6 ${WIDTH + 12} ${LOSS_HEIGHT + 12}`}
      class="live-curves"
      aria-hidden="true"
    >
      <path class="axis" d={`M0,0V${LOSS_HEIGHT}H${WIDTH}`} />
      <path class="now" d={path(losses, y)} />
      <text x="6" y="10">error, 10 to 10⁻⁶</text>
    </svg>
  );
}
