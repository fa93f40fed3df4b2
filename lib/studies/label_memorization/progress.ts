/** Follows every ratio through the epochs. */
import type { Evaluation } from "../../train/evaluate.ts";
import type { ExperimentContext } from "../../train/experiment.ts";
import type { StepMetrics } from "../../train/pipeline.ts";
import type { Config } from "./experiment.ts";

/** A ratio in the table of results; `null` where a network did not fit its labels. */
export interface Row {
  readonly "random labels (%)": number;
  readonly "training accuracy": number;
  readonly "training loss": number;
  readonly "test error": number;
  readonly "epochs to fit": number | null;
  readonly "seconds to fit": number | null;
}

/** What is remembered from step to step. */
export interface Notes extends Record<string, unknown> {
  /** Sum of the losses of this epoch's updates, of every network. */
  readonly losses: number[];
  /** Epoch at whose end a network was first seen to have fitted its labels. */
  readonly fitted: (number | null)[];
  /** Epochs that were looked at, and the seconds they took, measurements included. */
  epochs: number;
  seconds: number;
  /** Table of the ratios that were trained before. */
  readonly rows: readonly Row[];
}

/** Follows the networks of one ratio until all have fitted their labels. */
export interface Progress {
  readonly notes: Notes;
  onStep(step: number, metrics: StepMetrics): void;
  /** Records what was measured after `step` updates and returns whether every network has fitted its labels. */
  look(step: number, train: Evaluation): boolean;
}

/** Series of a ratio, as in `random20.loss`. */
export function seriesName(ratio: number, quantity: string): string {
  return `random${Math.round(100 * ratio)}.${quantity}`;
}

/** A record of `ratios`, one value per seed, over epochs of `updates` updates. */
export function createProgress(
  ctx: ExperimentContext<Config>,
  { ratios, updates, rows }: {
    ratios: readonly number[];
    updates: number;
    /** Table of the ratios that were trained before. */
    rows: readonly Row[];
  },
): Progress {
  const { seeds, fitted } = ctx.config;
  const networks = ratios.length * seeds;
  const notes: Notes = {
    losses: Array(networks).fill(0),
    fitted: Array(networks).fill(null),
    epochs: 0,
    seconds: 0,
    rows,
  };
  // Compiling and the first measurements do not count.
  let before: number | null = null;
  const record = (quantity: string, epoch: number, values: ArrayLike<number>) =>
    ratios.forEach((ratio, i) =>
      ctx.record(
        seriesName(ratio, quantity),
        epoch,
        Array.from(values).slice(i * seeds, (i + 1) * seeds),
      )
    );
  return {
    notes,
    onStep(step, { loss }) {
      before ??= performance.now();
      if (step === 0) record("loss", 0, loss!);
      for (let i = 0; i < networks; i++) {
        notes.losses[i]! += loss![i]! / updates;
      }
      if ((step + 1) % updates !== 0) return;
      record("loss", (step + 1) / updates, notes.losses);
      notes.losses.fill(0);
    },
    look(step, { accuracy }) {
      const epoch = step / updates;
      const now = performance.now();
      notes.seconds += (now - before!) / 1000;
      notes.epochs = epoch;
      before = now;
      record("accuracy", epoch, accuracy!);
      accuracy!.forEach((value, i) => {
        if (value >= fitted) notes.fitted[i] ??= epoch;
      });
      return notes.fitted.every((epoch) => epoch !== null);
    },
  };
}
