/** The server's way to the store: questions to threads that read it. */
import { SHIPPED_FOLDER } from "../../results/shipped/reader.ts";
import type { Views } from "../views.ts";
import type { Answer, Question } from "./protocol.ts";

/** The store cannot be read now; the message says why. Pages say so, the API answers 503. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** The run that was asked for was made unreadable by another program; the message says how. */
export class UnreadableRecord extends Error {
  override name = "UnreadableRecord";
}

/** Questions about very many rows. They have a thread of their own, so that no page waits for them. */
const BULKY: Question["view"][] = ["metrics", "replicas"];

interface Thread {
  readonly task: Task;
  readonly worker: Worker;
  readonly waiting: Map<number, PromiseWithResolvers<Answer>>;
}

type Task = "pages" | "bulk";

const threads = new Map<Task, Thread>();
let asked = 0;
let shipped = SHIPPED_FOLDER;

/** Folder of the store: `NABLA_DATA`, or `.nabla` in the working directory. */
export function dataDirectory(): string {
  return Deno.env.get("NABLA_DATA") || ".nabla";
}

/** Names another folder of shipped runs than the checkout's. */
export function setShippedFolder(folder: URL): void {
  shipped = folder;
}

/** Ends the threads; the next question starts new ones. */
export function closeThreads(): void {
  for (const thread of threads.values()) end(thread, "the server stops");
}

/** What a view gives. */
type View<Name extends keyof Views> = Awaited<ReturnType<Views[Name]>>;

/** What a view is asked with, besides the store. */
type Options<Name extends keyof Views> = Parameters<Views[Name]> extends
  [unknown, infer Given] ? Given : undefined;

/**
 * What a view finds in the store, and among the shipped runs where a study has
 * none in it.
 *
 * @throws {StoreUnavailable} If the store cannot be read, except where there is none yet and the shipped runs suffice
 * @throws {UnreadableRecord} If the run that is asked for cannot be read
 */
export async function ask<Name extends keyof Views>(
  view: Name,
  options: Options<Name>,
): Promise<View<Name>> {
  const { value } = await send({ view, options, lenient: false });
  return value as View<Name>;
}

/** Like {@linkcode ask}, for pages that are worth reading without the store: what the shipped runs give, and the reason. */
export async function askAnyway<Name extends keyof Views>(
  view: Name,
  options: Options<Name>,
): Promise<{ value: View<Name>; fault?: string }> {
  const { value, fault } = await send({ view, options, lenient: true });
  return { value: value as View<Name>, fault };
}

/** A number that differs from the last one if anything was written to the store since. */
export async function askVersion(): Promise<number> {
  const question = { view: "version", options: undefined } as const;
  return (await send({ ...question, lenient: false })).value as number;
}

async function send(
  question: Pick<Question, "view" | "options" | "lenient">,
): Promise<Answer> {
  const thread = threadFor(BULKY.includes(question.view) ? "bulk" : "pages");
  const number = ++asked;
  const answered = Promise.withResolvers<Answer>();
  thread.waiting.set(number, answered);
  const folders = { store: dataDirectory(), shipped: shipped.href };
  thread.worker.postMessage({ ...question, number, folders });
  const answer = await answered.promise;
  const { refusal } = answer;
  if (!refusal) return answer;
  if (refusal.kind === "unavailable") {
    throw new StoreUnavailable(refusal.message);
  }
  if (refusal.kind === "unreadable") {
    throw new UnreadableRecord(refusal.message);
  }
  throw new Error(`Cannot read ${question.view}: ${refusal.message}`);
}

function threadFor(task: Task): Thread {
  const known = threads.get(task);
  if (known) return known;
  const worker = new Worker(new URL("./worker.ts", import.meta.url), {
    type: "module",
    name: "store",
  });
  const waiting: Thread["waiting"] = new Map();
  const thread = { task, worker, waiting };
  threads.set(task, thread);
  worker.addEventListener("message", ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.number)?.resolve(data);
    waiting.delete(data.number);
  });
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    end(thread, event.message);
  });
  return thread;
}

/** Ends a thread; what it was asked is not answered any more. */
function end(thread: Thread, reason: string): void {
  thread.worker.terminate();
  threads.delete(thread.task);
  const refusal = { kind: "unavailable", message: reason } as const;
  for (const [number, { resolve }] of thread.waiting) {
    resolve({ number, refusal });
  }
}
