/** Steps of programs one by one, with a parameter read after each of them. */
import type { Program, StepValues } from "../../gpu/mod.ts";
import type { StepInputs } from "../../train/batches.ts";
import type { ExperimentContext } from "../../train/experiment.ts";

/** Steps under way at most: as many as a program submits without waiting, so that a read follows its own step. */
const mostUnderWay = 4;

/** What one program showed of a step. */
export interface Followed {
  /** The parameter after the step, [replicas, ...shape]. */
  readonly values: Float32Array;
  /** Metrics of the step, taken before the parameter moved. */
  readonly metrics: StepValues;
}

/**
 * Takes `steps` steps with each program and yields, in order, what all of them
 * showed; ends early when the run shall stop.
 *
 * @param options.label The parameter that is read
 * @param options.inputs Streams of step k = 0, 1, …, one set for each program
 */
export async function* follow(
  ctx: Pick<ExperimentContext, "stopping">,
  programs: readonly Program[],
  { steps, label, inputs }: {
    steps: number;
    label: string;
    inputs: (step: number) => readonly StepInputs[];
  },
): AsyncGenerator<Followed[]> {
  const waiting: Promise<Followed[]>[] = [];
  for (let step = 0; step < steps && !ctx.stopping; step++) {
    const given = inputs(step);
    const taken = Promise.all(programs.map(async (program, i) => {
      const [metrics, values] = await Promise.all([
        program.submit([given[i]!]),
        program.read(label),
      ]);
      return { values, metrics: metrics[0]! };
    }));
    // A step that fails is reported by the await below.
    taken.catch(() => {});
    waiting.push(taken);
    if (waiting.length === mostUnderWay) yield await waiting.shift()!;
  }
  while (waiting.length > 0) yield await waiting.shift()!;
}
