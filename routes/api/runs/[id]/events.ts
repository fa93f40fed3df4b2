import { HttpError } from "fresh";
import { define } from "../../../../lib/ui/define.ts";
import { eventStream } from "../../../../lib/ui/live/event_stream.ts";
import { cursorOf, findRun } from "../../../../lib/ui/run_data.ts";
import { readStore } from "../../../../lib/ui/store_access.ts";

/**
 * Server-sent events of a run after the sequence number in `?after=`, or in
 * `Last-Event-ID` where the browser reconnects.
 */
export const handler = define.handlers({
  GET({ params, url, req }) {
    const run = readStore((store) => findRun(store, params.id!));
    if (!run) throw new HttpError(404);
    const after = Math.max(
      cursorOf(url.searchParams.get("after")),
      cursorOf(req.headers.get("last-event-id")),
    );
    return new Response(eventStream(run.id, after), {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
      },
    });
  },
});
