/** Runs one experiment in a thread of its own; see protocol.ts for what it is told and what it tells. */
/// <reference lib="deno.worker" />
import process from "node:process";
import { explainDenied } from "../core/denied.ts";
import { NablaError } from "../core/errors.ts";
import { onDataUse } from "../data/used.ts";
import { type Gpu, openGpu } from "../gpu/mod.ts";
import {
  createContext,
  createSend,
  Interrupted,
  type Send,
  type WorkerContext,
} from "./context.ts";
import type { AdapterInfo } from "../results/schemas.ts";
import { strangeTiles, tilesFor } from "./adapter_tiles.ts";
import { isExperiment } from "./experiment.ts";
import type { Answer, Failure, FromWorker, Start } from "./protocol.ts";
import { recordKernels } from "./record_kernels.ts";

const scope = self as unknown as DedicatedWorkerGlobalScope;
let ctx: WorkerContext | null = null;
let gpu: Gpu | null = null;
let send: Send = (message, transfer = []) =>
  scope.postMessage(message, transfer);
let over = false;

function end(message: FromWorker): void {
  if (over) return;
  over = true;
  ctx?.flush();
  gpu?.close();
  send(message);
}

function fail(error: unknown): void {
  const failure: Failure = {
    message: messageOf(error),
    stack: stackOf(error),
    exitCode: error instanceof NablaError ? error.exitCode : 1,
    deviceLost: error instanceof Error && error.name === "DeviceLostError",
  };
  end({ kind: "failed", failure });
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) {
    const thrown = Deno.inspect(error, { depth: 3, strAbbreviateSize: 200 });
    return `the experiment threw ${thrown.slice(0, 1000)}, which is no Error`;
  }
  if (error instanceof NablaError) return error.message;
  if (error instanceof Deno.errors.NotCapable) {
    return explainDenied(error.message);
  }
  const inner = error instanceof AggregateError
    ? error.errors
    : error.cause === undefined
    ? []
    : [error.cause];
  const causes = inner.slice(0, 5).map((one) =>
    ` (caused by ${messageOf(one)})`
  );
  return `${error.name}: ${error.message}${causes.join("")}`;
}

/** Ways in which an experiment would end its thread without a word. */
function refuseToExit(): void {
  const refuse = (what: string) => (): never => {
    throw new NablaError(
      `Cannot end a run with ${what}: return from run(), or throw an Error`,
    );
  };
  Deno.exit = refuse("Deno.exit()");
  process.exit = refuse("process.exit()");
  scope.close = refuse("self.close()");
}

/** Where an error came from; nothing for one whose message says all there is to say. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error) || error instanceof NablaError) return "";
  return (error.stack ?? "").split("\n")
    .filter((line) => line.startsWith("    at ")).join("\n");
}

async function run(start: Start): Promise<void> {
  send = createSend(start.control, send);
  refuseToExit();
  const { default: experiment } = await import(start.module);
  if (!isExperiment(experiment)) {
    throw new NablaError(
      `Cannot run ${start.module}: its default export is no experiment; write export default defineStudy({…})`,
    );
  }
  if (experiment.gpu) {
    const { tiles } = start;
    gpu = await openGpu({ tiles: (adapter) => tilesFor(adapter, tiles) });
    send({ kind: "adapter", adapter: describe(gpu) });
    const strange = strangeTiles(gpu.adapter, tiles);
    if (strange) send({ kind: "log", text: strange });
    recordKernels(gpu, {
      kernels: (kernels) => send({ kind: "kernels", kernels }),
      plan: (plan) => send({ kind: "plan", plan }),
    });
  }
  ctx = createContext(start, send, gpu);
  const { usesData } = ctx;
  onDataUse(({ name, sha256 }) => usesData(name, sha256));
  await experiment.run(ctx);
  if (start.dataFolder !== undefined && !ctx.sawDataFolder) {
    const text =
      `Nothing was read from ${start.dataFolder}: ${experiment.id} reads no data files, so --data changes nothing`;
    send({ kind: "log", text });
  }
  end({ kind: ctx.sawStop ? "interrupted" : "completed" });
}

/** The adapter in the form of a run's record. */
function describe({ adapter, target }: Gpu): AdapterInfo {
  const { maxIterations, maxWorkgroups, maxStorageBuffers } = target;
  const { maxInvocations, maxWorkgroupBytes } = target;
  const { maxBindingBytes, memoryBytes } = target;
  const limits = {
    maxWorkgroups,
    maxInvocations,
    maxWorkgroupBytes,
    maxStorageBuffers,
    maxBindingBytes,
    memoryBytes,
  };
  return { ...adapter, maxIterations, limits };
}

scope.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  fail(event.reason);
});
scope.addEventListener("error", (event) => {
  event.preventDefault();
  fail((event as ErrorEvent).error);
});
scope.addEventListener("message", ({ data }: MessageEvent) => {
  if (ctx !== null) return ctx.answer(data as Answer);
  run(data as Start).catch((error) => {
    if (error instanceof Interrupted) end({ kind: "interrupted" });
    else fail(error);
  });
});
