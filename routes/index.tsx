import { page } from "fresh";
import { Head } from "fresh/runtime";
import { studies, themes } from "../lib/studies/mod.ts";
import { define } from "../lib/ui/define.ts";
import { Command, Notice } from "../lib/ui/marks.tsx";
import { type Overview, overviewOf } from "../lib/ui/overview.ts";
import { tryStore } from "../lib/ui/store_access.ts";
import { StudyEntry } from "../lib/ui/study_entry.tsx";

export const handler = define.handlers({
  GET() {
    const read = tryStore((store) =>
      studies.map((study) => overviewOf(study, store))
    );
    return page({
      fault: read.fault,
      overviews: read.value ?? studies.map((study) => overviewOf(study)),
    });
  },
});

/** The index of studies: what each asks and what its last run says. */
export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>Studies · Nabla</title>
    </Head>
    <h1>The foundations of deep learning, checked by machine</h1>
    <p class="lead">
      Each study asks one question, derives the answer line by line, checks
      every line in double precision, and trains the networks on this machine's
      GPU.
    </p>
    {isNewcomer(data.overviews) && (
      <Notice>
        <p>
          The results below came with Nabla. Those of your own runs take their
          place:
        </p>
        <Command>deno task experiment</Command>
      </Notice>
    )}
    {data.fault && (
      <Notice>
        <p>No results of your own to show. {data.fault}.</p>
        <Command>deno task experiment</Command>
      </Notice>
    )}
    {themes.map(({ title, studies }) => (
      <section key={title}>
        <h2>{title}</h2>
        <ul class="studies">
          {data.overviews.filter(({ study }) => studies.includes(study))
            .map((overview) => (
              <StudyEntry key={overview.study.id} {...overview} />
            ))}
        </ul>
      </section>
    ))}
  </>
));

/** Whether every run that is shown came with Nabla. */
function isNewcomer(overviews: readonly Overview[]): boolean {
  const runs = overviews.flatMap(({ run }) => run ?? []);
  return runs.length > 0 && runs.every(({ shipped }) => shipped);
}
