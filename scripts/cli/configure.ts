/** The options that choose an experiment's config, and the config they choose. */
import { UsageError } from "../../lib/core/errors.ts";
import { applySettings } from "../../lib/study/config.ts";
import type { Experiment } from "../../lib/train/experiment.ts";
import { type PresetName, presetNames } from "../../lib/study/setting.ts";
import type { Option } from "./options.ts";

/** Options of the commands that take a study and its config. */
export const configOptions = {
  preset: {
    type: "text",
    choices: presetNames,
    help: "size of the run: seconds, minutes, or the source's own (quick)",
  },
  set: {
    type: "list",
    value: "KEY=VALUE",
    help: "change a field of the preset; may be repeated",
  },
  replicas: {
    type: "integer",
    value: "R",
    minimum: 1,
    maximum: 65_535,
    help: "models trained side by side (1)",
  },
} as const satisfies Record<string, Option>;

/** What was given of {@linkcode configOptions}. */
export interface Choice {
  readonly preset?: PresetName;
  readonly set?: readonly string[];
  readonly replicas?: number;
}

/**
 * Preset, checked config and replicas.
 *
 * @throws {UsageError} If a field or the number of replicas does not fit the experiment
 */
export function configure(
  { id, config, presets, maxReplicas }: Experiment,
  { preset = "quick", set = [], replicas = 1 }: Choice,
): {
  preset: PresetName | "custom";
  config: Record<string, unknown>;
  replicas: number;
} {
  if (replicas > maxReplicas) {
    throw new UsageError(
      `Cannot train ${replicas} replicas: ${id} trains at most ${maxReplicas}`,
    );
  }
  return {
    preset: set.length > 0 ? "custom" : preset,
    config: applySettings(config, presets[preset], set),
    replicas,
  };
}
