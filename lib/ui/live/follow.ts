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
  const browser = nameOfBrowser();
  let cursor = after;
  let source: EventSource;
  let paused = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    const query = new URLSearchParams({ after: `${cursor}`, browser });
    source = new EventSource(`/api/runs/${id}/events?${query}`);
    source.onopen = () => {
      paused = false;
      listener.line(true);
    };
    source.onerror = () => {
      // It comes back after a pause that the server asked for.
      if (!paused) listener.line(false);
      paused = false;
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
    source.addEventListener("pause", () => paused = true);
    source.addEventListener("end", () => source.close());
  };
  connect();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}

/** What all pages of this browser call it; nothing where it keeps nothing. */
function nameOfBrowser(): string {
  const key = "nabla.browser";
  try {
    const name = localStorage.getItem(key) ?? Math.random().toString(36);
    localStorage.setItem(key, name);
    return name;
  } catch {
    return "";
  }
}
