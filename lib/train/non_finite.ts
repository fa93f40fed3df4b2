/** Notices a loss of NaN or ±Inf, says where it came from, and decides what follows. */
import { NablaError } from "../core/errors.ts";
import type { Program } from "../gpu/mod.ts";
import type { ExperimentContext } from "./experiment.ts";
import { readState } from "./model_state.ts";

/** Watches the losses of one run. */
export interface NonFiniteCheck {
  /** Whether a loss that is not finite has been seen and not judged yet. */
  readonly found: boolean;
  /** Looks at the losses of one step, one per replica. */
  look(step: number, loss: ArrayLike<number>): void;
  /**
   * Records the first finding as the result `nonFinite`: series, step, replica, value, first bad tensor.
   *
   * @throws {NablaError} If there is one and the policy is to stop
   */
  judge(): Promise<void>;
}

/** A check of the losses of `program`; `options.nonFinite` is the policy, `stop` by default. */
export function createNonFiniteCheck(
  ctx: Pick<ExperimentContext, "result">,
  program: Program,
  options: { name?: string; nonFinite?: "stop" | "continue" },
): NonFiniteCheck {
  const series = `${options.name ?? "train"}.loss`;
  let finding: { step: number; replica: number; value: number } | null = null;
  let judged = false;
  return {
    get found() {
      return finding !== null && !judged;
    },
    look(step, loss) {
      if (finding !== null) return;
      for (let replica = 0; replica < loss.length; replica++) {
        const value = loss[replica]!;
        if (!Number.isFinite(value)) {
          finding = { step, replica, value };
          return;
        }
      }
    },
    async judge() {
      if (finding === null || judged) return;
      judged = true;
      const tensor = await firstBadTensor(program);
      ctx.result("nonFinite", { series, ...finding, tensor });
      if (options.nonFinite === "continue") return;
      const { step, replica, value } = finding;
      throw new NablaError(
        `Cannot go on training: ${series} of replica ${replica} became ${value} at step ${step}` +
          (tensor ? `, ${tensor} is no longer finite` : "") +
          `; a smaller learning rate often helps`,
      );
    },
  };
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
