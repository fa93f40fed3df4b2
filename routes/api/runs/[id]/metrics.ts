import { HttpError } from "fresh";
import { toJson } from "../../../../lib/results/special.ts";
import { define } from "../../../../lib/ui/define.ts";
import { cursorOf } from "../../../../lib/ui/run_data.ts";
import { ask } from "../../../../lib/ui/store/ask.ts";

/** Most rows of one answer. */
const LIMIT = 1000;

/**
 * Metric rows of a run with `sequence > after`, of one series or of all; `next`
 * is the cursor of the following rows, null where there are none.
 */
export const handler = define.handlers({
  async GET({ params, url }) {
    const series = url.searchParams.get("series") ?? undefined;
    const after = cursorOf(url.searchParams.get("after"));
    const id = params.id!;
    const rows = await ask("metrics", { id, series, after, limit: LIMIT });
    if (!rows) throw new HttpError(404);
    const next = rows.length === LIMIT ? rows.at(-1)!.sequence : null;
    return Response.json({ run: id, rows: toJson(rows), next });
  },
});
