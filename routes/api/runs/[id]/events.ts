import { HttpError } from "fresh";
import { define } from "../../../../lib/ui/define.ts";
import { eventStream } from "../../../../lib/ui/live/event_stream.ts";
import { cursorOf } from "../../../../lib/ui/run_data.ts";
import { ask } from "../../../../lib/ui/store/ask.ts";

/**
 * Server-sent events of a run after the sequence number in `?after=`, or in
 * `Last-Event-ID` where the browser reconnects. Pages of one browser give the
 * same `?browser=`, so that they leave each other connections.
 */
export const handler = define.handlers({
  async GET({ params, url, req }) {
    const id = params.id!;
    if (!await ask("news", { id, after: 0, limit: 0 })) {
      throw new HttpError(404);
    }
    const after = Math.max(
      cursorOf(url.searchParams.get("after")),
      cursorOf(req.headers.get("last-event-id")),
    );
    const browser = url.searchParams.get("browser")?.slice(0, 64);
    return new Response(eventStream(id, after, browser), {
      headers: {
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
      },
    });
  },
});
