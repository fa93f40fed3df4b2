/** How long a run takes, measured before it starts. */
import { tilesFor } from "../../lib/train/adapter_tiles.ts";
import type { HostOptions } from "../../lib/train/host.ts";
import type { Loaded } from "../cli/experiments.ts";
import { openIfThere } from "../cli/gpu.ts";
import { timeOfSteps } from "./steps.ts";
import { timeOfTrial } from "./trial.ts";

/** An estimated time and where it comes from. */
export interface Estimate {
  /** Milliseconds. */
  readonly ms: number;
  /** What was measured, in words. */
  readonly from: string;
}

/** What of a run its time depends on. */
export type RunSetting = Omit<
  HostOptions,
  "module" | "handle" | "watchdog" | "profiling" | "resume"
>;

/**
 * Times a few steps of each plan where the experiment says how many the run
 * takes, and else the first seconds of the run itself. `null` where there is no
 * adapter, or a trial shows nothing.
 */
export async function estimateRun(
  { experiment, module }: Loaded,
  setting: RunSetting,
): Promise<Estimate | null> {
  const { work } = experiment;
  if (work === null) {
    const ms = await timeOfTrial({
      ...setting,
      module,
      profiling: false,
      resume: null,
    });
    return ms === null ? null : { ms, from: "a trial of a few seconds" };
  }
  const gpu = await openIfThere({
    tiles: (adapter) => tilesFor(adapter, setting.tiles),
  });
  if (gpu === null) return null;
  try {
    const planned = work({ ...setting, target: gpu.target });
    const steps = planned.reduce((sum, { steps }) => sum + steps, 0);
    return {
      ms: await timeOfSteps(gpu, planned),
      from: `a few of its ${
        steps.toLocaleString("en-US")
      } steps; data and measurements come on top`,
    };
  } finally {
    gpu.close();
  }
}
