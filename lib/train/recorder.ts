/** Writes what a worker reports into the store. */
import { isDeepStrictEqual } from "node:util";
import type { PlanSummary } from "../core/plan_summary.ts";
import type { KernelTiming } from "../gpu/mod.ts";
import type { Run } from "../results/schemas.ts";
import { toJson } from "../results/special.ts";
import type { Store } from "../results/store.ts";
import type { Progress } from "./experiment.ts";
import type { Point, Recorded } from "../study/record.ts";
import type { FromWorker } from "./protocol.ts";

/** Who hears of a run besides the store. */
export interface Watchers {
  readonly onProgress?: (progress: Progress) => void;
  readonly onLog?: (text: string) => void;
}

/** Stores what a worker tells. */
export interface Recorder {
  handle(message: FromWorker): Promise<void>;
  /** Kernel timings, if the run was asked for them. */
  readonly timings: readonly KernelTiming[];
}

/** A recorder for one run. */
export function createRecorder(
  store: Store,
  run: Run,
  watchers: Watchers = {},
): Recorder {
  const results = { ...run.results };
  let provenance = run.provenance;
  const update = (patch: Partial<Run["provenance"]>) => {
    provenance = { ...provenance, ...patch };
    return store.updateRun(run.id, { provenance });
  };
  let timings: readonly KernelTiming[] = [];
  return {
    get timings() {
      return timings;
    },
    async handle(message) {
      switch (message.kind) {
        case "adapter":
          return update({ adapter: message.adapter });
        case "kernels":
          return update({
            kernels: [...provenance.kernels, ...message.kernels],
          });
        case "plan":
          return update({ plans: withPlan(provenance.plans, message.plan) });
        case "data": {
          const { name, sha256 } = message;
          const others = provenance.data.filter((one) => one.name !== name);
          return update({ data: [...others, { name, sha256 }] });
        }
        case "metrics":
          await store.appendMetrics(run.id, message.rows);
          return;
        case "result":
          results[message.name] = toJson(message.value, message.name);
          return store.updateRun(run.id, { results });
        case "checkpoint":
          await store.saveCheckpoint(run.id, message, message.bytes);
          return;
        case "progress":
          return watchers.onProgress?.(message.progress);
        case "log":
          return watchers.onLog?.(message.text);
        case "profile":
          timings = message.timings;
      }
    },
  };
}

/** The plans with one more, unless it is there: a resumed run compiles the same ones again. */
function withPlan(
  plans: readonly PlanSummary[],
  plan: PlanSummary,
): PlanSummary[] {
  const known = plans.some((one) => isDeepStrictEqual(one, plan));
  return known ? [...plans] : [...plans, plan];
}

/** What a run recorded, for its expectations. */
export async function readRecord(store: Store, id: string): Promise<Recorded> {
  const { config, seed, replicas, results } = (await store.run(id))!;
  const points = new Map<string, Point[]>();
  for (const { series, replica, step, value } of await store.metrics(id)) {
    const key = `${replica} ${series}`;
    const known = points.get(key);
    if (known) known.push({ step, value });
    else points.set(key, [{ step, value }]);
  }
  for (const all of points.values()) all.sort((a, b) => a.step - b.step);
  return {
    config,
    seed,
    replicas,
    results,
    series: (name, replica = 0) => [...points.get(`${replica} ${name}`) ?? []],
  };
}
