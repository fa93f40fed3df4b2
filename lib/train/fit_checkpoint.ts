/** Where a fit stands, as its part of a run keeps it. */
import { NablaError } from "../core/errors.ts";
import type { HostTensor } from "../core/safetensors.ts";
import type { Losses } from "./divergence.ts";
import type { Position } from "./epochs.ts";
import type { Evaluation } from "./evaluate.ts";
import { type Part, stateOf } from "./parts.ts";

/** Label of the generator's state among the tensors. */
const generatorLabel = "fit.generator";

export interface FitState {
  /** Updates done. */
  readonly step: number;
  readonly position: Position;
  readonly evaluations: Readonly<Record<string, Evaluation>>;
  /** First losses of each series. */
  readonly first: Losses;
  /** Whether nothing is left to do. */
  readonly done: boolean;
  /** What the caller remembers from step to step, as JSON. */
  readonly notes: Readonly<Record<string, unknown>>;
  /** Parameters and optimizer state. */
  readonly tensors: Readonly<Record<string, HostTensor>>;
}

/** What is kept of a fit besides its tensors. */
type Standing =
  & Omit<FitState, "tensors" | "position" | "done">
  & Omit<Position, "generator">;

/** What a fit goes on from, or `null` if it starts anew. */
export function loadFit({ saved }: Part): FitState | null {
  if (saved === null) return null;
  const { epoch, taken, ...standing } = stateOf<Standing>(saved);
  const { [generatorLabel]: generator, ...tensors } = saved.tensors;
  if (!(generator?.data instanceof Uint32Array)) {
    throw new NablaError(
      `Cannot go on from the checkpoint: it lacks ${generatorLabel}, the state of the random generator; start the run again without --resume`,
    );
  }
  const position = { epoch, taken, generator: generator.data };
  return { ...standing, done: saved.done, tensors, position };
}

/** Stores where a fit stands. */
export async function saveFit(
  part: Part,
  { position, tensors, done, ...standing }: FitState,
): Promise<void> {
  const { generator, ...place } = position;
  const shape = [generator.length];
  await part.save({
    done,
    state: { ...standing, ...place } satisfies Standing,
    place: { epoch: place.epoch, step: standing.step },
    tensors: { ...tensors, [generatorLabel]: { shape, data: generator } },
  });
}
