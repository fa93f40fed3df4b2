import { HttpError } from "fresh";
import { toJson } from "../../../../lib/results/special.ts";
import { define } from "../../../../lib/ui/define.ts";
import { ask } from "../../../../lib/ui/store/ask.ts";

/** Most steps of one answer. */
const MOST = 400;

/** Most values of one answer, at about twenty bytes each; of many replicas there are fewer steps. */
const VALUES = 16_000;

/**
 * Every replica of the series that `?series=` names, at about `?steps=` steps (2
 * to 400, 100 by default): `x` the steps, `values` the replicas at each of them.
 */
export const handler = define.handlers({
  async GET({ params, url }) {
    const name = url.searchParams.get("series") ?? "";
    const steps = Number(url.searchParams.get("steps") ?? 100);
    if (!Number.isInteger(steps) || steps < 2 || steps > MOST) {
      throw new HttpError(
        400,
        `Cannot give replicas as steps must be an integer from 2 to ${MOST}.`,
      );
    }
    const id = params.id!;
    const crowd = await ask("replicas", { id, name, steps, most: VALUES });
    if (!crowd) throw new HttpError(404);
    return Response.json(toJson(crowd));
  },
});
