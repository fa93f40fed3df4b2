import type { ExperimentContext } from "../../lib/train/experiment.ts";
import type { PartContext } from "../../lib/train/parts.ts";

/** Whether a run goes on from a checkpoint; no study needs to know. */
export function isResumed(ctx: Pick<ExperimentContext, "stopping">): boolean {
  return (ctx as PartContext).resume !== null;
}
