import { define } from "../../../lib/ui/define.ts";
import { asSeen } from "../../../lib/ui/run_data.ts";
import { readStore } from "../../../lib/ui/store_access.ts";
import { ID_PATTERN } from "../../../lib/results/schemas.ts";
import { toJson } from "../../../lib/results/special.ts";
import { HttpError } from "fresh";

/** The newest runs; `?study=` and `?limit=` (1 to 1000, 100 by default) narrow them. */
export const handler = define.handlers({
  GET({ url }) {
    const study = url.searchParams.get("study") ?? undefined;
    if (study !== undefined && !ID_PATTERN.test(study)) {
      throw new HttpError(400, "Cannot list runs as study is not an id.");
    }
    const limit = Number(url.searchParams.get("limit") ?? 100);
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000) {
      throw new HttpError(
        400,
        "Cannot list runs as limit must be an integer from 1 to 1000.",
      );
    }
    const runs = readStore((store) => store.runs({ study, limit }));
    return Response.json({ runs: runs.map((run) => toJson(asSeen(run))) });
  },
});
