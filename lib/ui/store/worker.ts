/// <reference lib="deno.worker" />
/** A thread of the server that reads the store, so that no query holds up a page that needs none. */
import { NablaError } from "../../core/errors.ts";
import { RunUnreadable, StoreMissing } from "../../results/errors.ts";
import { layered } from "../../results/layered.ts";
import type { RunReader } from "../../results/reader.ts";
import { openShipped } from "../../results/shipped/reader.ts";
import { openStore, type Store } from "../../results/store.ts";
import { views } from "../views.ts";
import type { Answer, Question, Refusal } from "./protocol.ts";

/** Milliseconds that a read waits for another process's lock. */
const TIMEOUT = 250;

/** The store whose changes are watched: only one connection's versions can be compared. */
let watched: { folder: string; store: Store } | null = null;

const shippedByFolder = new Map<string, RunReader>();

function shippedIn(folder: string): RunReader {
  const known = shippedByFolder.get(folder) ?? openShipped(new URL(folder));
  shippedByFolder.set(folder, known);
  return known;
}

self.addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  const { number } = data;
  try {
    self.postMessage({ number, ...await answer(data) } satisfies Answer);
  } catch (error) {
    const refusal = refusalOf(error);
    self.postMessage({ number, refusal } satisfies Answer);
  }
});

/**
 * Reads a view. The store is opened for each question, so that one that is
 * missing, locked or damaged now is found again as soon as it is back.
 */
async function answer(
  { view, options, folders, lenient }: Question,
): Promise<Omit<Answer, "number">> {
  if (view === "version") return { value: await versionOf(folders.store) };
  const find = views[view];
  const shipped = shippedIn(folders.shipped);
  const own = await openOwn(folders.store);
  try {
    if (own instanceof Error) {
      const isNewcomer = own instanceof StoreMissing &&
        await shipped.count() > 0;
      if (isNewcomer) return await read(null);
      if (!lenient) throw own;
      return await read(own, own.message);
    }
    return await read(own);
  } catch (error) {
    const known = isStoreFault(error) && !(error instanceof RunUnreadable);
    if (!known || !lenient || own instanceof Error) throw error;
    return await read(error, error.message);
  } finally {
    if (!(own instanceof Error)) await own.close();
  }

  async function read(source: Store | Error | null, fault?: string) {
    const reader = layered(source, shipped);
    return { value: await find(reader, options as never), fault };
  }
}

async function versionOf(folder: string): Promise<number> {
  if (watched?.folder !== folder) await unwatch();
  try {
    watched ??= { folder, store: await openForReading(folder) };
    return await watched.store.version();
  } catch (error) {
    await unwatch();
    throw error;
  }
}

async function unwatch(): Promise<void> {
  await watched?.store.close();
  watched = null;
}

function openForReading(folder: string): Promise<Store> {
  return openStore(folder, { mode: "read", timeout: TIMEOUT });
}

/** The store, or why it cannot be opened. */
async function openOwn(folder: string): Promise<Store | Error> {
  try {
    return await openForReading(folder);
  } catch (error) {
    if (isStoreFault(error)) return error;
    throw error;
  }
}

function refusalOf(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof RunUnreadable) return { kind: "unreadable", message };
  if (isStoreFault(error)) return { kind: "unavailable", message };
  const stack = error instanceof Error ? error.stack ?? message : message;
  return { kind: "broken", message: stack };
}

function isStoreFault(error: unknown): error is Error {
  return error instanceof Error &&
    (error instanceof NablaError ||
      (error as { code?: string }).code === "ERR_SQLITE_ERROR");
}
