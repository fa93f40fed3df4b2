import { HttpError } from "fresh";
import { toJson } from "../../../../lib/results/special.ts";
import { crowdOf } from "../../../../lib/ui/curves.ts";
import { define } from "../../../../lib/ui/define.ts";
import { findRun } from "../../../../lib/ui/run_data.ts";
import { readStore } from "../../../../lib/ui/store_access.ts";

/** Most steps of one answer. */
const MOST = 400;

/**
 * Every replica of the series that `?series=` names, at about `?steps=` steps (2
 * to 400, 100 by default): `x` the steps, `values` the replicas at each of them.
 */
export const handler = define.handlers({
  GET({ params, url }) {
    const name = url.searchParams.get("series") ?? "";
    const steps = Number(url.searchParams.get("steps") ?? 100);
    if (!Number.isInteger(steps) || steps < 2 || steps > MOST) {
      throw new HttpError(
        400,
        `Cannot give replicas as steps must be an integer from 2 to ${MOST}.`,
      );
    }
    const crowd = readStore((store) => {
      const run = findRun(store, params.id!);
      return run && crowdOf(store, run, { name, steps });
    });
    if (!crowd) throw new HttpError(404);
    return Response.json(toJson(crowd));
  },
});
