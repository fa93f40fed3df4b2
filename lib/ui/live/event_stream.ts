import { ask, StoreUnavailable, UnreadableRecord } from "../store/ask.ts";
import type { NewRows } from "../views.ts";
import { change, changes } from "./changes.ts";
import { takePlace } from "./places.ts";

/** Rows in one event: what a stalled client holds in memory is one of these. */
const MOST_ROWS = 2_000;
/** Milliseconds after which a silent connection is told that it is alive. */
const KEEP_ALIVE = 15_000;

const shared = new Map<string, Promise<NewRows | null | undefined>>();
let sharedAt = -1;

/**
 * Server-sent events of a run after the sequence number `after`: `metrics` with
 * new rows, `state` whenever it differs, `end` when nothing more can come,
 * `pause` where newer streams of the same `browser` need the connection: come
 * back after a second. The id of an event is the last sequence number it holds,
 * so that a client that reconnects with it misses nothing. One chunk is made at
 * a time and only when the client has taken the last.
 */
export function eventStream(
  id: string,
  after: number,
  browser?: string,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const gone = new AbortController();
  const place = browser ? takePlace(browser) : null;
  const moved = place
    ? AbortSignal.any([gone.signal, place.lost])
    : gone.signal;
  let cursor = after;
  let known = "";
  let spoke = Date.now();
  let text = "retry: 1000\n\n";
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      while (!gone.signal.aborted) {
        const batch = await readNews(id, cursor);
        if (batch) {
          if (batch.count > 0) text += event("metrics", batch.rows, batch.last);
          cursor = batch.last;
          if (batch.state !== known) text += event("state", batch.state);
          known = batch.state;
        }
        const all = !batch || batch.count < MOST_ROWS;
        const over = batch === null || all && batch?.over === true;
        const end = over || all && place?.lost.aborted === true;
        if (end) text += event(over ? "end" : "pause", "{}");
        if (!text && Date.now() - spoke > KEEP_ALIVE) text = ": alive\n\n";
        if (text) {
          controller.enqueue(encoder.encode(text));
          text = "";
          spoke = Date.now();
          if (end) {
            place?.leave();
            controller.close();
          }
          return;
        }
        await change(moved);
      }
    },
    cancel() {
      place?.leave();
      gone.abort();
    },
  }, { highWaterMark: 1 });
}

function event(name: string, data: string, id?: number): string {
  return `event: ${name}\n${
    id === undefined ? "" : `id: ${id}\n`
  }data: ${data}\n\n`;
}

/** What is new after `cursor`; null if the run is gone, undefined if the store cannot be read now. Listeners at the same place share an answer. */
function readNews(
  id: string,
  cursor: number,
): Promise<NewRows | null | undefined> {
  if (sharedAt !== changes()) shared.clear();
  sharedAt = changes();
  const key = `${cursor} ${id}`;
  const known = shared.get(key);
  if (known) return known;
  const news = ask("news", { id, after: cursor, limit: MOST_ROWS })
    .catch((error) => {
      shared.delete(key);
      if (error instanceof StoreUnavailable) return undefined;
      if (error instanceof UnreadableRecord) return null;
      throw error;
    });
  shared.set(key, news);
  return news;
}
