import { NablaError } from "../core/errors.ts";
import { StoreMissing } from "../results/errors.ts";
import { layered } from "../results/layered.ts";
import type { RunReader } from "../results/reader.ts";
import { openShipped } from "../results/shipped/reader.ts";
import { openStore, type Store } from "../results/store.ts";

/** The store cannot be read now; the message says why. Pages say so, the API answers 503. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** Folder of the store: `NABLA_DATA`, or `.nabla` in the working directory. */
export function dataDirectory(): string {
  return Deno.env.get("NABLA_DATA") || ".nabla";
}

let shipped = openShipped();

/** Names another folder of shipped runs than the checkout's. */
export function setShippedFolder(folder: URL): void {
  shipped = openShipped(folder);
}

/**
 * What `read` finds in the store, and among the shipped runs where a study has
 * none in it. The store is opened for each call, so that one that is missing,
 * locked or damaged now is found again as soon as it is back.
 *
 * @throws {StoreUnavailable} If it cannot be opened or read, except where there is no store yet and the shipped runs suffice
 */
export function readStore<T>(read: (runs: RunReader) => T): T {
  const own = openOwn();
  if (own instanceof Error && !isNewcomer(own)) throw unavailable(own);
  return readFrom(own, read);
}

/** Like `readStore`, for pages that are worth reading without it: what the shipped runs give, and the reason. */
export function tryStore<T>(
  read: (runs: RunReader) => T,
): { value?: T; fault?: string } {
  const own = openOwn();
  const fault = own instanceof Error && !isNewcomer(own)
    ? own.message
    : undefined;
  try {
    return { value: readFrom(own, read), fault };
  } catch (error) {
    if (error instanceof StoreUnavailable) return { fault: error.message };
    throw error;
  }
}

/** The store, or why it cannot be opened. */
function openOwn(): Store | Error {
  try {
    return openStore(dataDirectory(), { mode: "read", timeout: 1000 });
  } catch (error) {
    if (isStoreFault(error)) return error;
    throw error;
  }
}

/** Whether the reader has not run anything yet and sees what is shipped instead. */
function isNewcomer(fault: Error): boolean {
  return fault instanceof StoreMissing && shipped.runs({ limit: 1 }).length > 0;
}

function readFrom<T>(own: Store | Error, read: (runs: RunReader) => T): T {
  try {
    return read(layered(own, shipped));
  } catch (error) {
    throw isStoreFault(error) ? unavailable(error) : error;
  } finally {
    if (!(own instanceof Error)) own.close();
  }
}

function unavailable(cause: Error): StoreUnavailable {
  return new StoreUnavailable(cause.message, { cause });
}

function isStoreFault(error: unknown): error is Error {
  return error instanceof Error &&
    (error instanceof NablaError ||
      (error as { code?: string }).code === "ERR_SQLITE_ERROR");
}
