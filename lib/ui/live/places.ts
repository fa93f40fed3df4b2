/** Which event streams stay open where one browser has many pages. */

/** Streams that a browser may hold: HTTP/1.1 gives it six connections, and pages need some of them. */
const MOST = 4;

const held = new Map<string, AbortController[]>();

/** A stream's place among those of its browser. */
export interface Place {
  /** Aborts when a newer stream needs the place. */
  readonly lost: AbortSignal;
  /** Gives the place back. */
  leave(): void;
}

/**
 * Takes a place for a stream of the browser that calls itself `browser`, from
 * the oldest stream where all are taken. A page that lost its place comes back
 * by itself, so that all pages are served in turn.
 */
export function takePlace(browser: string): Place {
  const place = new AbortController();
  const all = held.get(browser) ?? [];
  held.set(browser, all);
  all.push(place);
  if (all.length > MOST) all.shift()!.abort();
  return {
    lost: place.signal,
    leave() {
      const at = all.indexOf(place);
      if (at >= 0) all.splice(at, 1);
      if (all.length === 0) held.delete(browser);
    },
  };
}
