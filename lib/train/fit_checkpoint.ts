/** Where a fit stands, inside the checkpoint of its run. */
import { NablaError } from "../core/errors.ts";
import type { HostTensor } from "../core/safetensors.ts";
import { fromJson } from "../results/special.ts";
import type { Losses } from "./divergence.ts";
import type { Position } from "./epochs.ts";
import type { Evaluation } from "./evaluate.ts";
import type { Checkpoint, ExperimentContext } from "./experiment.ts";
import { saveWithStages, type StageContext } from "./stage.ts";

/** Label of the generator's state among the tensors. */
const generatorLabel = "fit.generator";

export interface FitState {
  /** Name of the fit. */
  readonly name: string;
  /** Updates done. */
  readonly step: number;
  readonly position: Position;
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  /** First losses of each series. */
  readonly first: Losses;
  /** Whether the fit ended before its last update. */
  readonly ended: boolean;
  /** What the caller remembers from step to step, as JSON. */
  readonly notes: Readonly<Record<string, unknown>>;
  /** Parameters and optimizer state. */
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** Checkpoints whose fit has been reached again. */
const reached = new WeakSet<Checkpoint>();

/** Name of the fit in which a resumed run was stopped: what came before it is recorded. */
export function stoppedFit(
  { resume }: Pick<ExperimentContext, "resume">,
): string | null {
  const state = resume && fromJson(resume.state) as { name?: string } | null;
  return state?.name ?? null;
}

/** What the fit called `name` goes on from, or `null` if it starts anew. */
export function loadFit(
  { resume }: Pick<ExperimentContext, "resume">,
  name: string,
): FitState | null {
  if (resume === null) return null;
  // NaN, as a loss may be, is kept as text.
  const state = fromJson(resume.state) as unknown as
    & Pick<FitState, "name" | "evaluations" | "first" | "ended" | "notes">
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
    first: state.first,
    ended: state.ended,
    notes: state.notes,
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
  ctx: StageContext,
  { name, step, position, tensors, ...rest }: FitState,
): Promise<void> {
  if (stoppedFit(ctx) !== null && !reached.has(ctx.resume!)) return;
  const { epoch, taken, generator } = position;
  const shape = [generator.length];
  await saveWithStages(ctx, {
    epoch,
    step,
    tensors: { ...tensors, [generatorLabel]: { shape, data: generator } },
    state: { name, taken, ...rest },
  });
}
