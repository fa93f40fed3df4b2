import { define } from "../../../lib/ui/define.ts";
import { cursorOf } from "../../../lib/ui/run_data.ts";
import { ask } from "../../../lib/ui/store/ask.ts";
import { ID_PATTERN } from "../../../lib/results/schemas.ts";
import { HttpError } from "fresh";

/** The newest runs; `?study=`, `?limit=` (1 to 100, 100 by default) and `?offset=` narrow them; `next` is the offset of the following runs, null where there are none. */
/** Most runs of one answer. */
const MOST = 100;

export const handler = define.handlers({
  async GET({ url }) {
    const study = url.searchParams.get("study") ?? undefined;
    if (study !== undefined && !ID_PATTERN.test(study)) {
      throw new HttpError(400, "Cannot list runs as study is not an id.");
    }
    const limit = Number(url.searchParams.get("limit") ?? 100);
    if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
      throw new HttpError(
        400,
        `Cannot list runs as limit must be an integer from 1 to ${MOST}.`,
      );
    }
    const offset = cursorOf(url.searchParams.get("offset"));
    const runs = await ask("runs", { study, limit: limit + 1, offset });
    return Response.json({
      runs: runs.slice(0, limit),
      next: runs.length > limit ? offset + limit : null,
    });
  },
});
