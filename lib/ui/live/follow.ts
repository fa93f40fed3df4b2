import type { Row } from "../../plots/series.ts";
import { decodeRows, decodeState, type RunState } from "./wire.ts";

/** What happens while a run is followed. */
export interface Listener {
  rows(rows: Row[]): void;
  state(state: RunState): void;
  /** Whether the line to the server stands. */
  line(up: boolean): void;
}

/** Milliseconds before a connection that the server refused is tried again. */
const RETRY = 1_000;

/**
 * Follows a run by server-sent events from sequence number `after` on until it
 * ends or the returned function is called. The cursor survives lost connections
 * and restarts of the server: no row is missed and none comes twice.
 */
export function follow(
  id: string,
  after: number,
  listener: Listener,
): () => void {
  let cursor = after;
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    source = new EventSource(`/api/runs/${id}/events?after=${cursor}`);
    source.onopen = () => listener.line(true);
    source.onerror = () => {
      listener.line(false);
      // Refused, not just lost: the browser has given up, so we ask again.
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(retry);
      retry = setTimeout(connect, RETRY);
    };
    source.addEventListener("metrics", ({ data, lastEventId }) => {
      const last = Number(lastEventId);
      if (last <= cursor) return;
      cursor = last;
      listener.rows(decodeRows(data));
    });
    source.addEventListener("state", ({ data }) => {
      listener.state(decodeState(data));
    });
    source.addEventListener("end", () => source.close());
  };
  connect();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
