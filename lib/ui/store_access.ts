import { NablaError } from "../core/errors.ts";
import { openStore, type Store } from "../results/store.ts";

/** The store cannot be read now; the message says why. Pages say so, the API answers 503. */
export class StoreUnavailable extends Error {
  override name = "StoreUnavailable";
}

/** Folder of the store: `NABLA_DATA`, or `.nabla` in the working directory. */
export function dataDirectory(): string {
  return Deno.env.get("NABLA_DATA") || ".nabla";
}

/**
 * What `read` finds in the store. The store is opened for each call, so that
 * one that is missing, locked or damaged now is found again as soon as it is back.
 *
 * @throws {StoreUnavailable} If it cannot be opened or read
 */
export function readStore<T>(read: (store: Store) => T): T {
  let store: Store | undefined;
  try {
    store = openStore(dataDirectory(), { mode: "read", timeout: 1000 });
    return read(store);
  } catch (error) {
    if (!isStoreFault(error)) throw error;
    throw new StoreUnavailable((error as Error).message, { cause: error });
  } finally {
    store?.close();
  }
}

/** Like `readStore`, for pages that are worth reading without it: the reason instead of an error. */
export function tryStore<T>(
  read: (store: Store) => T,
): { value: T; fault?: undefined } | { value?: undefined; fault: string } {
  try {
    return { value: readStore(read) };
  } catch (error) {
    if (error instanceof StoreUnavailable) return { fault: error.message };
    throw error;
  }
}

function isStoreFault(error: unknown): boolean {
  return error instanceof Error &&
    (error instanceof NablaError ||
      (error as { code?: string }).code === "ERR_SQLITE_ERROR");
}
