import { page } from "fresh";
import { Head } from "fresh/runtime";
import { themes } from "../lib/studies/mod.ts";
import { define } from "../lib/ui/define.ts";
import { Command, Notice } from "../lib/ui/marks.tsx";
import type { Overview } from "../lib/ui/overview.ts";
import { askAnyway } from "../lib/ui/store/ask.ts";
import { StudyEntry } from "../lib/ui/study_entry.tsx";

export const handler = define.handlers({
  async GET() {
    const { value, fault } = await askAnyway("index", undefined);
    return page({ fault, overviews: value });
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
          {studies.map((study) => (
            <StudyEntry
              key={study.id}
              study={study}
              overview={data.overviews.find((one) => one.study === study.id)!}
            />
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
