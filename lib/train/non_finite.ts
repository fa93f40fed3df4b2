/** Notices a loss of NaN or ±Inf, says where it came from, and decides what follows. */
import { NablaError } from "../core/errors.ts";
import type { Program } from "../gpu/mod.ts";
import type { ExperimentContext } from "./experiment.ts";
import { readState } from "./model_state.ts";

/** Watches the losses of one run. */
export interface NonFiniteCheck {
  /** Whether a loss that is not finite has been seen and not judged yet. */
  readonly found: boolean;
  /** Looks at the losses of a series after `step` updates, one per replica. */
  look(series: string, step: number, loss: ArrayLike<number>): void;
  /**
   * Records the first finding as the result `nonFinite`: series, step, replica, value, first bad tensor.
   *
   * @throws {NablaError} If there is one and the policy is to stop
   */
  judge(): Promise<void>;
}

interface Finding {
  readonly series: string;
  readonly step: number;
  readonly replica: number;
  readonly value: number;
}

/** A check of the losses of `program`; `options.nonFinite` is the policy, `stop` by default. */
export function createNonFiniteCheck(
  ctx: Pick<ExperimentContext, "result">,
  program: Program,
  { name = "train", nonFinite }: {
    name?: string;
    nonFinite?: "stop" | "continue";
  },
): NonFiniteCheck {
  let finding: Finding | null = null;
  let judged = false;
  return {
    get found() {
      return finding !== null && !judged;
    },
    look(series, step, loss) {
      if (finding !== null) return;
      for (let replica = 0; replica < loss.length; replica++) {
        const value = loss[replica]!;
        if (!Number.isFinite(value)) {
          finding = { series, step, replica, value };
          return;
        }
      }
    },
    async judge() {
      if (finding === null || judged) return;
      judged = true;
      const tensor = await firstBadTensor(program);
      ctx.result("nonFinite", { ...finding, tensor });
      if (nonFinite === "continue") return;
      const { series, step, replica, value } = finding;
      throw new NablaError(
        `Cannot go on training: ${series} of replica ${replica} became ${value} at step ${step}` +
          (tensor ? `, ${tensor} is no longer finite` : "") +
          `; ${remedyFor(finding, { trained: `${name}.loss`, tensor })}`,
      );
    },
  };
}

/** The data was finite, and so were learning rates, or training would not have begun. */
function remedyFor(
  { series, step }: Finding,
  { trained, tensor }: { trained: string; tensor: string | null },
): string {
  if (step === 0) {
    return "no update had been made: look at the size of the numbers in the data, and at the first weights";
  }
  return series === trained || tensor
    ? "a smaller learning rate often helps"
    : "all weights are finite: bring the numbers of that data set to the scale of the training data";
}

/** The first parameter or state, in the plan's order, that holds NaN or ±Inf; `null` if all are finite. */
async function firstBadTensor(program: Program): Promise<string | null> {
  for (const [label, { data }] of Object.entries(await readState(program))) {
    if ((data as Float32Array).some((value) => !Number.isFinite(value))) {
      return label;
    }
  }
  return null;
}
