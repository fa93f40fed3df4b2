import { HttpError } from "fresh";
import { toJson } from "../../../../lib/results/special.ts";
import { define } from "../../../../lib/ui/define.ts";
import { ask } from "../../../../lib/ui/store/ask.ts";

/** The document of a run and the summary of its series. */
export const handler = define.handlers({
  async GET({ params }) {
    const found = await ask("document", params.id!);
    if (!found) throw new HttpError(404);
    return Response.json(toJson(found));
  },
});
