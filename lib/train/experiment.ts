/** What an experiment is: a checked config, presets, a run, and what counts as reproduced. */
import type { z } from "zod";
import { NablaError } from "../core/errors.ts";
import type { Plan, Target } from "../core/plan.ts";
import type { HostTensor } from "../core/safetensors.ts";
import type { Gpu, KernelTiming } from "../gpu/mod.ts";
import { parseConfig } from "./config.ts";
import type { ConfigSchema } from "./field.ts";

/** Names of the presets: seconds; the default; the source's own sizes. */
export const presetNames = ["smoke", "quick", "full"] as const;
export type PresetName = typeof presetNames[number];

/** State a run can go on from. */
export interface Checkpoint {
  readonly epoch: number;
  /** Steps done. */
  readonly step: number;
  readonly tensors: Readonly<Record<string, HostTensor>>;
  /** Whatever else is needed, as JSON. */
  readonly state: unknown;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  /** What is counted, as in `step`. */
  readonly unit: string;
  /** Examples seen since the start, for the throughput. */
  readonly examples?: number;
  /** What to show beside the bar, as in `{ loss: 0.31 }`. */
  readonly metrics?: Readonly<Record<string, number>>;
}

/** What a run may use. Everything it hands over is stored by the supervisor. */
export interface ExperimentContext<Config = Record<string, unknown>> {
  readonly config: Config;
  readonly seed: number;
  /** Models trained side by side. */
  readonly replicas: number;
  /** The open GPU. @throws {Error} If the experiment is declared with `gpu: false` */
  readonly gpu: Gpu;
  /** Folder with data files the reader named by `--data`. */
  readonly dataFolder: string | undefined;
  /** Where to go on, `null` at a fresh start. */
  readonly resume: Checkpoint | null;
  /** Whether somebody asked the run to stop: save a checkpoint and return. */
  readonly stopping: boolean;
  /** Whether kernel timings were asked for. */
  readonly profiling: boolean;
  /** One point of a series: one number, or one per replica. NaN and ±Inf are kept. A name that ends in `.time` says that it was measured, which no repeat is compared by. */
  record(
    series: string,
    step: number,
    value: number | ArrayLike<number>,
  ): void;
  /** A named JSON value of the run's record; the last one of a name counts. */
  result(name: string, value: unknown): void;
  progress(progress: Progress): void;
  /** Tells the watchdog that the run is alive, where nothing else is recorded for long. */
  alive(): void;
  /** A line for the person who watches. */
  log(text: string): void;
  /** Notes a data set in the run's provenance. */
  usesData(name: string, sha256: string): void;
  /** Hands kernel timings to the command line (`--profile`). */
  profile(timings: readonly KernelTiming[]): void;
  /** Stores a checkpoint with everything recorded before it; settles when both are on the disk. */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
}

/** A run as its expectations see it. */
export interface RunRecord<Config = Record<string, unknown>> {
  readonly config: Config;
  readonly seed: number;
  readonly replicas: number;
  readonly results: Readonly<Record<string, unknown>>;
  /** Values of a series in the order of their steps. */
  series(name: string, replica?: number): { step: number; value: number }[];
}

/** A predicate over the finished run. */
export interface Expectation<Config = Record<string, unknown>> {
  readonly name: string;
  /** What must hold, in words. */
  readonly expected: string;
  /** Whether it can be judged with this config and seed; always, if not given. */
  readonly applies?: (record: RunRecord<Config>) => boolean;
  readonly check: (
    record: RunRecord<Config>,
  ) => { holds: boolean; measured: number | string | null };
}

/** What the plans of a run depend on. */
export interface PlanSetting<Config = Record<string, unknown>> {
  readonly config: Config;
  /** Models trained side by side. */
  readonly replicas: number;
  readonly target: Target;
}

/** The plans of a run, by the names it takes them by or in a row. */
export type Plans = Readonly<Record<string, Plan>> | readonly Plan[];

/** How many steps a run takes with each of its plans; none with one that is left out. */
export type StepCounts<P extends Plans> = P extends readonly Plan[]
  ? readonly number[]
  : { readonly [Name in keyof P]?: number };

/** A plan and how many steps a run takes with it. */
export interface PlannedSteps {
  readonly plan: Plan;
  readonly steps: number;
}

export interface Definition<
  S extends ConfigSchema,
  P extends Plans = Record<never, Plan>,
> {
  /** Kebab-case; the same as the study's. */
  readonly id: string;
  /** What the experiment asks, one sentence. */
  readonly question?: string;
  /** Fields with `.describe()`, units included. */
  readonly config: S;
  /** Full configs. `quick` is the default. */
  readonly presets: Readonly<Record<PresetName, z.input<S>>>;
  /** `false` if the run needs no GPU; `true` if not given. */
  readonly gpu?: boolean;
  /** Most replicas the run can train, no limit if not given. */
  readonly maxReplicas?: number;
  /** The plans that `run` gets and `deno task plan` prints; none if not given. It stands before `run`, whose second argument takes its type. */
  readonly plans?: (setting: PlanSetting<z.output<S>>) => P;
  /** The steps by plan, for the estimate of how long a run takes. Left out where steps are not what takes the time: a trial of a few seconds is then timed instead. */
  readonly steps?: (
    setting: Omit<PlanSetting<z.output<S>>, "target">,
  ) => StepCounts<NoInfer<P>>;
  readonly run: (
    ctx: ExperimentContext<z.output<S>>,
    plans: P,
  ) => Promise<void> | void;
  readonly expect?: readonly Expectation<z.output<S>>[];
}

/** A definition with its types forgotten, as the supervisor and the worker handle it. */
export interface Experiment {
  readonly id: string;
  readonly question: string;
  readonly config: ConfigSchema;
  readonly presets: Readonly<Record<PresetName, Record<string, unknown>>>;
  readonly gpu: boolean;
  readonly maxReplicas: number;
  /** `null` where the experiment does not describe its plans. */
  readonly plans: ((setting: PlanSetting) => Plan[]) | null;
  /** `null` where it does not count its steps. */
  readonly work: ((setting: PlanSetting) => PlannedSteps[]) | null;
  readonly run: (ctx: ExperimentContext) => Promise<void>;
  readonly expect: readonly Expectation[];
}

/**
 * Declares an experiment; the module that does so exports it as its default.
 *
 * @throws {NablaError} If the id is not kebab-case or a preset does not fit the config
 */
export function defineExperiment<
  S extends ConfigSchema,
  P extends Plans = Record<never, Plan>,
>(definition: Definition<S, P>): Experiment {
  const { id, config } = definition;
  const plans = definition.plans as
    | ((setting: PlanSetting) => P)
    | undefined;
  const steps = definition.steps as
    | ((setting: PlanSetting) => Readonly<Record<string, number>>)
    | undefined;
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 40) {
    throw new NablaError(
      `Cannot define experiment "${id}": an id is at most 40 lower-case letters and digits in words joined by "-", as in torch-parity`,
    );
  }
  const presets = presetNames.map((name) => {
    try {
      return [name, parseConfig(config, definition.presets[name])];
    } catch (error) {
      throw new NablaError(
        `Cannot define experiment ${id}, preset ${name}: ${
          (error as Error).message
        }`,
      );
    }
  });
  return {
    id,
    question: definition.question ?? "",
    config,
    presets: Object.fromEntries(presets),
    gpu: definition.gpu ?? true,
    maxReplicas: definition.maxReplicas ?? Infinity,
    plans: plans ? (setting) => Object.values(plans(setting)) : null,
    work: plans && steps
      ? (setting) => countWork(id, plans(setting), steps(setting))
      : null,
    run: async (ctx) => {
      const { config, replicas } = ctx;
      const made = plans?.({ config, replicas, target: ctx.gpu.target });
      const typed = ctx as ExperimentContext<z.output<S>>;
      await definition.run(typed, made ?? {} as P);
    },
    expect: (definition.expect ?? []) as unknown as Expectation[],
  };
}

/** Each plan with its steps. @throws {NablaError} If steps are counted for a plan that is none of them */
function countWork(
  id: string,
  plans: Plans,
  counts: Readonly<Record<string, number>>,
): PlannedSteps[] {
  const unknown = Object.keys(counts).find((name) => !(name in plans));
  if (unknown !== undefined) {
    throw new NablaError(
      `Cannot count the steps of ${id}: it has no plan "${unknown}", have ${
        Object.keys(plans).join(", ")
      }; name a plan of its function plans`,
    );
  }
  return Object.entries<Plan>(plans as Readonly<Record<string, Plan>>)
    .map(([name, plan]) => ({ plan, steps: counts[name] ?? 0 }));
}

/** Whether a module's default export was made by {@linkcode defineExperiment}. */
export function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && "run" in value &&
    "presets" in value && "config" in value && "id" in value;
}

/** Every expectation that applies, judged. One that throws does not hold and says why. */
export function judge(
  experiment: Pick<Experiment, "expect">,
  record: RunRecord,
): {
  name: string;
  holds: boolean;
  measured: number | string | null;
  expected: string;
}[] {
  return experiment.expect
    .filter(({ applies }) => applies?.(record) ?? true)
    .map(({ name, expected, check }) => {
      try {
        const { holds, measured } = check(record);
        return { name, holds, measured, expected };
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return {
          name,
          holds: false,
          measured: `not judged: ${reason}`,
          expected,
        };
      }
    });
}
