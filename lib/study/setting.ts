/** What all files of a study share: its question, its config, and the names of what it records. */
import type { z } from "zod";
import { NablaError } from "../core/errors.ts";
import { parseConfig } from "./config.ts";
import type { ConfigSchema } from "./field.ts";
import type { Named } from "./names.ts";
import type { RunRecord } from "./record.ts";

/** Names of the presets: seconds; the default; the source's own sizes. */
export const presetNames = ["smoke", "quick", "full"] as const;
export type PresetName = typeof presetNames[number];

/** Types of the results that a run stores by name; carries no value. */
export interface ResultTypes<Results> {
  readonly of?: Results;
}

/** As in `results: resultTypes<{ thresholdWidth: number }>()`. */
export function resultTypes<Results>(): ResultTypes<Results> {
  return {};
}

/** What a study states before anything is trained. */
export interface SettingInit<
  Schema extends ConfigSchema,
  Declared extends string,
  Results,
> {
  /** Kebab-case; the same on the command line, in addresses and, with underscores, in file names. */
  readonly id: string;
  /** What the study asks, one sentence; none if not given. May contain TeX between dollar signs, as every text of a study. */
  readonly question?: string;
  /** Fields with `.describe()`, units included. */
  readonly config: Schema;
  /** Full configs. Default: what the schema makes of `{}`, for all three. */
  readonly presets?: Readonly<Record<PresetName, z.input<Schema>>>;
  /** Names of the recorded series; a part in braces stands for any text, as in `M{width}.loss`. Default: any name may be recorded. */
  readonly series?: readonly Declared[];
  /** Default: any result of any type. */
  readonly results?: ResultTypes<Results>;
}

/** A checked {@linkcode SettingInit}. */
export interface Setting<
  Schema extends ConfigSchema = ConfigSchema,
  Declared extends string = string,
  Results = Record<string, unknown>,
> extends
  Omit<
    SettingInit<Schema, Declared, Results>,
    "question" | "presets" | "series"
  > {
  readonly question: string;
  readonly presets: Readonly<Record<PresetName, z.output<Schema>>>;
  readonly series: readonly Declared[];
}

/** The config of a setting. */
export type ConfigOf<S> = S extends Setting<infer Schema, string, unknown>
  ? z.output<Schema>
  : never;

/** A finished run as the expectations of a setting see it. */
export type RunOf<S> = S extends
  Setting<infer Schema, infer Declared, infer Results>
  ? RunRecord<z.output<Schema>, Named<Declared>, Results>
  : never;

/**
 * Checks what a study states.
 *
 * @throws {NablaError} If the id is not kebab-case or a preset does not fit the config
 */
export function defineSetting<
  Schema extends ConfigSchema,
  const Declared extends string = string,
  Results = Record<string, unknown>,
>(
  init: SettingInit<Schema, Declared, Results>,
): Setting<Schema, Declared, Results> {
  const { id, question = "", config, series = [] } = init;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 40) {
    throw new NablaError(
      `Cannot define study "${id}": an id is at most 40 lower-case letters and digits in words joined by "-", as in torch-parity`,
    );
  }
  const presets = Object.fromEntries(presetNames.map((name) => {
    try {
      return [name, parseConfig(config, init.presets?.[name] ?? {})];
    } catch (error) {
      throw new NablaError(
        `Cannot define study ${id}, preset ${name}: ${
          (error as Error).message
        }`,
      );
    }
  })) as Record<PresetName, z.output<Schema>>;
  return { ...init, question, presets, series };
}
