/** Where a fit stands, inside the checkpoint of its run. */
import { NablaError } from "../core/errors.ts";
import type { HostTensor } from "../core/safetensors.ts";
import type { Position } from "./epochs.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Checkpoint, ExperimentContext } from "./experiment.ts";

/** Label of the generator's state among the tensors. */
const generatorLabel = "fit.generator";

export interface FitState {
  /** Name of the fit. */
  readonly name: string;
  /** Updates done. */
  readonly step: number;
  readonly position: Position;
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  /** Parameters and optimizer state. */
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** Checkpoints whose fit has been reached again. */
const reached = new WeakSet<Checkpoint>();

/** What the fit called `name` goes on from, or `null` if it starts anew. */
export function loadFit(
  { resume }: Pick<ExperimentContext, "resume">,
  name: string,
): FitState | null {
  if (resume === null) return null;
  const state = resume.state as
    & Omit<FitState, "tensors" | "position">
    & { taken: number };
  if (state?.name !== name) return null;
  reached.add(resume);
  const { [generatorLabel]: generator, ...tensors } = resume.tensors;
  if (!(generator?.data instanceof Uint32Array)) {
    throw new NablaError(
      `Cannot go on from the checkpoint: it lacks ${generatorLabel}, the state of the random generator; start the run again without --resume`,
    );
  }
  return {
    name,
    step: resume.step,
    evaluations: state.evaluations,
    tensors,
    position: {
      epoch: resume.epoch,
      taken: state.taken,
      generator: generator.data,
    },
  };
}

/**
 * Stores where a fit stands. A resumed run that repeats an earlier fit on its
 * way to the one it was stopped in keeps the later checkpoint.
 */
export async function saveFit(
  ctx: Pick<ExperimentContext, "resume" | "checkpoint">,
  { name, step, position, evaluations, tensors }: FitState,
): Promise<void> {
  if (ctx.resume !== null && !reached.has(ctx.resume)) return;
  const { epoch, taken, generator } = position;
  const shape = [generator.length];
  await ctx.checkpoint({
    epoch,
    step,
    tensors: { ...tensors, [generatorLabel]: { shape, data: generator } },
    state: { name, taken, evaluations },
  });
}
