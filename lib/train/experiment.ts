/** What an experiment is: a study that can be run. */
import type { z } from "zod";
import { NablaError } from "../core/errors.ts";
import type { Plan, Target } from "../core/plan.ts";
import type { HostTensor } from "../core/safetensors.ts";
import type { Gpu, KernelTiming } from "../gpu/mod.ts";
import type { ConfigSchema } from "../study/field.ts";
import { nameCheck, type Named } from "../study/names.ts";
import { definePage, type PageInit, type Study } from "../study/page.ts";
import type { RunRecord } from "../study/record.ts";
import type { Setting, SettingInit } from "../study/setting.ts";

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
export interface ExperimentContext<
  Config = Record<string, unknown>,
  Series extends string = string,
  Results = Record<string, unknown>,
> {
  readonly config: Config;
  readonly seed: number;
  /** Models trained side by side. */
  readonly replicas: number;
  /** The open GPU. @throws {Error} If the experiment is declared with `gpu: false` */
  readonly gpu: Gpu;
  /** Folder with data files the reader named by `--data`. */
  readonly dataFolder: string | undefined;
  /** Whether somebody asked the run to stop; `fit()`, `stage()` and `rounds()` save and end it by themselves. */
  readonly stopping: boolean;
  /** Whether kernel timings were asked for. */
  readonly profiling: boolean;
  /** One point of a series: one number, or one per replica. NaN and ±Inf are kept. A name that ends in `.time` says that it was measured, which no repeat is compared by. */
  record(
    series: Series,
    step: number,
    value: number | ArrayLike<number>,
  ): void;
  /** A named JSON value of the run's record; the last one of a name counts. */
  result<Name extends keyof Results & string>(
    name: Name,
    value: Results[Name],
  ): void;
  progress(progress: Progress): void;
  /** Tells the watchdog that the run is alive, where nothing else is recorded for long. */
  alive(): void;
  /** A line for the person who watches. */
  log(text: string): void;
  /** Notes a data set in the run's provenance. */
  usesData(name: string, sha256: string): void;
  /** Hands kernel timings to the command line (`--profile`). */
  profile(timings: readonly KernelTiming[]): void;
}

/** The context of a run of this setting. */
export type ContextOf<S> = S extends
  Setting<infer Schema, infer Declared, infer Results>
  ? ExperimentContext<z.output<Schema>, Named<Declared>, Results>
  : never;

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

/** What a study does, besides its page. */
export interface Work<
  Config,
  Series extends string,
  Results,
  P extends Plans,
> {
  /** `false` if the run needs no GPU; `true` if not given. */
  readonly gpu?: boolean;
  /** Most replicas the run can train, no limit if not given. */
  readonly maxReplicas?: number;
  /** The plans that `run` gets and `deno task plan` prints; none if not given. It stands before `run`, whose second argument takes its type. */
  readonly plans?: (setting: PlanSetting<Config>) => P;
  /** The steps by plan, for the estimate of how long a run takes. Left out where steps are not what takes the time: a trial of a few seconds is then timed instead. */
  readonly steps?: (
    setting: Omit<PlanSetting<Config>, "target">,
  ) => StepCounts<NoInfer<P>>;
  readonly run: (
    ctx: ExperimentContext<Config, Series, Results>,
    plans: P,
  ) => Promise<void> | void;
}

/** A study that can be run, as the supervisor and the worker handle it. */
export interface Experiment extends Study {
  readonly gpu: boolean;
  readonly maxReplicas: number;
  /** `null` where the experiment does not describe its plans. */
  readonly plans: ((setting: PlanSetting) => Plan[]) | null;
  /** `null` where it does not count its steps. */
  readonly work: ((setting: PlanSetting) => PlannedSteps[]) | null;
  readonly run: (ctx: ExperimentContext) => Promise<void>;
}

/**
 * Declares a study and what it does; the module that does so exports it as its
 * default. A page made by `definePage()` is spread into it; a study in one file
 * writes everything here.
 *
 * @throws {NablaError} If the id is not kebab-case or a preset does not fit the config
 */
export function defineStudy<
  Schema extends ConfigSchema,
  const Declared extends string = string,
  Results = Record<string, unknown>,
  const Name extends string = never,
  P extends Plans = Record<never, Plan>,
>(
  init:
    & SettingInit<Schema, Declared, Results>
    & PageInit<
      RunRecord<z.output<Schema>, Named<NoInfer<Declared>>, Results>,
      Named<NoInfer<Declared>>,
      Name
    >
    & Work<z.output<Schema>, Named<NoInfer<Declared>>, Results, P>,
): Experiment {
  type Config = z.output<Schema>;
  const { gpu = true, maxReplicas = Infinity, plans, steps, run, ...page } =
    init;
  const countSteps = steps as
    | ((setting: PlanSetting) => Readonly<Record<string, number>>)
    | undefined;
  const makePlans = plans as ((setting: PlanSetting) => P) | undefined;
  const checkName = nameCheck(init.series ?? []);
  return {
    ...definePage(page, page) as unknown as Study,
    gpu,
    maxReplicas,
    plans: makePlans ? (setting) => Object.values(makePlans(setting)) : null,
    work: makePlans && countSteps
      ? (setting) => countWork(init.id, makePlans(setting), countSteps(setting))
      : null,
    run: async (ctx) => {
      const { config, replicas } = ctx;
      const made = makePlans?.({ config, replicas, target: ctx.gpu.target });
      const checked = Object.create(ctx, {
        record: {
          value(...[series, step, value]: Parameters<typeof ctx.record>) {
            checkName(series);
            ctx.record(series, step, value);
          },
        },
      }) as ExperimentContext<Config, Named<Declared>, Results>;
      await run(checked, made ?? {} as P);
    },
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

/** Whether a module's default export was made by {@linkcode defineStudy}. */
export function isExperiment(value: unknown): value is Experiment {
  return typeof value === "object" && value !== null && "run" in value &&
    "presets" in value && "config" in value && "id" in value;
}
