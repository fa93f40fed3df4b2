/** Says how long a run will take before it starts, and asks where that is long. */
import { readTiles } from "../../lib/train/adapter_tiles.ts";
import { configure } from "../cli/configure.ts";
import type { Loaded } from "../cli/experiments.ts";
import type { Request } from "../cli/run_experiment.ts";
import { type Asked, formatEstimate, mayStart } from "./consent.ts";
import { estimateRun } from "./estimate.ts";

/**
 * Whether to start the run. One of the smaller presets starts at once; `full` is
 * estimated, and so is a changed config where the experiment counts its steps.
 *
 * @throws {UsageError} If the run takes more than an hour and nobody agreed
 */
export async function agree(
  request: Omit<Request, "loaded">,
  loaded: Loaded,
  asked: Asked,
): Promise<boolean> {
  const { experiment } = loaded;
  const { preset, config, replicas } = configure(experiment, request);
  const isCounted = preset === "custom" && experiment.work !== null;
  if (request.preset !== "full" && !isCounted) return true;
  const estimate = await estimateRun(loaded, {
    config,
    seed: request.seed ?? 0,
    replicas,
    dataFolder: request.dataFolder,
    tiles: readTiles(request.folder).measured,
  });
  if (estimate === null) return true;
  request.print(formatEstimate(estimate));
  return mayStart(`${experiment.id}, ${preset} preset`, estimate, asked);
}
