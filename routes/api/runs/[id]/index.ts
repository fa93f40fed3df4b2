import { HttpError } from "fresh";
import { toJson } from "../../../../lib/results/special.ts";
import { define } from "../../../../lib/ui/define.ts";
import { findRun } from "../../../../lib/ui/run_data.ts";
import { readStore } from "../../../../lib/ui/store_access.ts";

/** The document of a run and the summary of its series. */
export const handler = define.handlers({
  GET({ params }) {
    const found = readStore((store) => {
      const run = findRun(store, params.id!);
      return run && { run, series: store.series(run.id) };
    });
    if (!found) throw new HttpError(404);
    return Response.json(toJson(found));
  },
});
