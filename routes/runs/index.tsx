import { page } from "fresh";
import { Head } from "fresh/runtime";
import { ID_PATTERN } from "../../lib/results/schemas.ts";
import { studies } from "../../lib/studies/mod.ts";
import { define } from "../../lib/ui/define.ts";
import { Command } from "../../lib/ui/marks.tsx";
import { RunTable } from "../../lib/ui/run_table.tsx";
import { ask } from "../../lib/ui/store/ask.ts";

const PER_PAGE = 25;
const LAST_PAGE = 400;

export const handler = define.handlers({
  async GET({ url }) {
    const asked = url.searchParams.get("study") ?? "";
    const study = ID_PATTERN.test(asked) ? asked : undefined;
    const wanted = Number(url.searchParams.get("page"));
    const number = Number.isInteger(wanted)
      ? Math.min(Math.max(wanted, 1), LAST_PAGE)
      : 1;
    const runs = await ask("runs", {
      study,
      limit: PER_PAGE + 1,
      offset: (number - 1) * PER_PAGE,
    });
    return page({
      study,
      number,
      more: runs.length > PER_PAGE && number < LAST_PAGE,
      runs: runs.slice(0, PER_PAGE),
    });
  },
});

/** All runs, newest first. */
export default define.page<typeof handler>(({ data }) => {
  const { study, number, more, runs } = data;
  const at = (page: number) =>
    `/runs?${new URLSearchParams({
      ...(study && { study }),
      page: `${page}`,
    })}`;
  return (
    <div class="broad">
      <Head>
        <title>Runs · Nabla</title>
      </Head>
      <h1>Runs</h1>
      <form class="filter" method="get" action="/runs">
        <label>
          Study
          <select name="study">
            <option value="">all</option>
            {[...new Set([...studies.map(({ id }) => id), study ?? ""])]
              .filter((id) => id).map((id) => (
                <option key={id} value={id} selected={id === study}>
                  {id}
                </option>
              ))}
          </select>
        </label>
        <button type="submit">Show</button>
      </form>
      {runs.length > 0 ? <RunTable runs={runs} /> : (
        <>
          <p>No run is stored here yet.</p>
          <Command>{`deno task experiment ${study ?? ""}`.trim()}</Command>
        </>
      )}
      <nav class="pages" aria-label="Pages of runs">
        {number > 1 && <a rel="prev" href={at(number - 1)}>Newer</a>}
        {more && <a rel="next" href={at(number + 1)}>Older</a>}
      </nav>
    </div>
  );
});
