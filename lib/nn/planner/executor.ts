/** Who runs the steps of a plan: layer by layer, or many steps in one dispatch. */
import type { Target, Widths } from "../../core/plan.ts";
import { fuse } from "./fuse.ts";
import type { LossColumns } from "../op/loss.ts";
import type { Draft } from "./lower/draft.ts";
import { lowerSteps } from "./lower/steps.ts";
import { stepsWork, totalWork } from "./lower/steps_work.ts";
import type { Op } from "../op/ops.ts";
import { type Perceptron, perceptronOf, type Refusal } from "./perceptron.ts";

/** `layers`: a dispatch or more for every layer. `steps`: one dispatch for many steps. */
export type Executor = "layers" | "steps";

/**
 * What both executors take, in microseconds: measured on a CPU of two threads,
 * estimated for a GPU.
 */
const COSTS = {
  cpu: {
    dispatch: 38,
    dispatchReplica: 7,
    megaflop: 30,
    iteration: 0.22,
    parallel: 2,
  },
  gpu: {
    dispatch: 4,
    dispatchReplica: 0.05,
    megaflop: 1,
    iteration: 0.08,
    parallel: 64,
  },
} as const;

/**
 * The dispatch of many steps, if the ops are those of a perceptron and it is
 * faster that way, or if it is asked for; `null` for layer by layer.
 *
 * @throws {RangeError} If it is asked for and cannot be
 */
export function stepsDraft(
  ops: readonly Op[],
  options: {
    name: string;
    executor?: Executor;
    /** The loss by columns, if it can be taken so. */
    loss: LossColumns | undefined;
    batch: number;
    replicas: number;
    widths?: Widths;
    target: Target;
  },
): Draft | null {
  const { name, executor, loss } = options;
  if (executor === "layers") return null;
  const refuse = ({ reason }: Refusal): null => {
    if (executor !== "steps") return null;
    throw new RangeError(
      `Cannot plan ${name} with executor steps: ${reason}; leave the choice to the planner`,
    );
  };
  const net = perceptronOf(ops, loss);
  if ("reason" in net) return refuse(net);
  const draft = lowerSteps(net, options);
  if ("reason" in draft) return refuse(draft);
  return executor === "steps" || isFaster(draft, net, { ...options, ops })
    ? draft
    : null;
}

/**
 * Whether a step takes less time as one of many in a dispatch, where so many
 * replicas run in parallel and each takes its loop iterations, fewer if it is
 * narrow, than layer by layer, where dispatches cost time by themselves, for each
 * replica, and for their FLOPs.
 */
function isFaster(
  draft: Draft,
  net: Perceptron,
  { ops, batch, replicas, target }: {
    ops: readonly Op[];
    batch: number;
    replicas: number;
    target: Target;
  },
): boolean {
  // Layer by layer, all replicas compute all units.
  const { flops } = totalWork(stepsWork(net, { batch, replicas }));
  const cost = COSTS[target.software ? "cpu" : "gpu"];
  const dispatches = fuse(ops, target).length;
  const layers =
    dispatches * (cost.dispatch + replicas * cost.dispatchReplica) +
    flops / 1e6 * cost.megaflop;
  const rounds = Math.ceil(replicas / cost.parallel);
  const iterations = draft.iterations / draft.steps! * draft.flops / flops;
  return rounds * iterations * cost.iteration < layers;
}
