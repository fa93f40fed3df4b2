import type { PlanSummary } from "../../lib/core/plan_summary.ts";
import type { NewRun } from "../../lib/results/run_rows.ts";
import { openSqlite, type SqliteStore } from "../../lib/results/sqlite.ts";
import type { Provenance } from "../../lib/results/schemas.ts";
import { withFolder } from "../support/folder.ts";

const WORK = { flops: 12, products: 4, bytes: 64, dispatches: 1 };

/** A plan of one layer on a device without a limit of iterations. */
const PLAN: PlanSummary = {
  name: "train",
  batch: 2,
  replicas: 1,
  parameters: 4,
  layers: [{
    label: "dense1",
    kind: "dense",
    inputs: ["x"],
    shape: [2],
    parameters: { weight: "dense1.weight" },
    states: {},
    size: 4,
    forward: WORK,
    backward: WORK,
  }],
  others: [{ label: "loss", forward: WORK, backward: WORK }],
  memory: {
    parameters: 16,
    activations: 16,
    gradients: 16,
    "optimizer state": 0,
    "layer state": 0,
    "inputs and metrics": 512,
    scratch: 0,
  },
  largest: { label: "x", bytes: 512, limit: 2 ** 27 },
  iterations: { label: "dense1 forward", count: 1, limit: Infinity },
};

export const PROVENANCE: Provenance = {
  revision: "0123456789abcdef",
  dirty: false,
  command: ["deno", "task", "experiment", "xor"],
  versions: { deno: "2.9.6", v8: "14", typescript: "5.9", nabla: "0.1.0" },
  adapter: {
    vendor: "0x10005",
    architecture: "",
    description: "llvmpipe",
    subgroupSize: 8,
    int64: true,
    maxIterations: Infinity,
    limits: { maxBindGroups: 4 },
  },
  data: [{ name: "mnist", sha256: "ab" }],
  kernels: [{ label: "dense1 forward", file: "gemm.wgsl", variant: "8×8" }],
  plans: [PLAN],
  host: { os: "linux", arch: "x86_64", cpus: 2 },
};

/** A run as a trainer would start it. */
export function sample(changes: Partial<NewRun> = {}): NewRun {
  return {
    study: "xor",
    preset: "smoke",
    seed: 7,
    config: { learningRate: 0.5 },
    provenance: PROVENANCE,
    ...changes,
  };
}

/** Calls `work` with a new store that is closed and removed afterwards. */
export function withStore(
  work: (store: SqliteStore, folder: string) => void | Promise<void>,
): Promise<void> {
  return withFolder(async (folder) => {
    using store = openSqlite(folder, { mode: "write" });
    await work(store, folder);
  });
}

/** Metric rows of one series with the given values at steps 0, 1, … */
export function rows(series: string, values: readonly number[]) {
  return values.map((value, step) => ({ series, step, replica: 0, value }));
}

/** A child process that runs a program beside this file. */
export function child(
  program: string,
  args: string[],
  { prefix = [] as string[] } = {},
): Deno.ChildProcess {
  const command = [
    ...prefix,
    Deno.execPath(),
    "run",
    "--no-prompt",
    "--allow-read",
    "--allow-write",
    new URL(program, import.meta.url).pathname,
    ...args,
  ];
  return new Deno.Command(command[0]!, {
    args: command.slice(1),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}
