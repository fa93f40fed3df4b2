import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { studies } from "../../lib/studies/mod.ts";
import { Chart } from "../../islands/Chart.tsx";
import { CheckAgain } from "../../islands/CheckAgain.tsx";
import { interactive } from "../../islands/interactive.ts";
import { SymbolLights } from "../../islands/SymbolLights.tsx";
import { ChecksLine } from "../../lib/ui/checks_line.tsx";
import { define } from "../../lib/ui/define.ts";
import { Derivation } from "../../lib/ui/derivation.tsx";
import { Errata, Sources } from "../../lib/ui/errata.tsx";
import { Notice } from "../../lib/ui/marks.tsx";
import { tallyOf } from "../../lib/ui/overview.ts";
import { Paragraphs, Prose } from "../../lib/ui/prose.tsx";
import { ShippedChecks } from "../../lib/ui/shipped.tsx";
import { askAnyway } from "../../lib/ui/store/ask.ts";
import { StudyResults } from "../../lib/ui/study_results.tsx";

export const handler = define.handlers({
  async GET({ params, url }) {
    const study = studies.find(({ id }) => id === params.id);
    if (!study) throw new HttpError(404);
    const { value, fault } = await askAnyway("study", {
      id: study.id,
      chosen: url.searchParams.get("run"),
    });
    if (!value) throw new HttpError(404);
    return page({ study, fault, ...value });
  },
});

/** A study: question, derivation with its checks, and what a run showed. */
export default define.page<typeof handler>(({ data, url }) => {
  const { study, checks, fault } = data;
  const tally = tallyOf(study, checks);
  return (
    <article>
      <Head>
        <title>{`${study.title} · Nabla`}</title>
      </Head>
      <p class="kicker">Study {study.id}</p>
      <h1>{study.title}</h1>
      <p class="lead">
        <Prose text={study.question} />
      </p>
      <p class="meta">
        <ChecksLine checks={tally} study={study.id} />
        {tally.shipped && (
          <ShippedChecks check={tally.shipped} study={study.id} />
        )}
        {tally.checkable > 0 && <CheckAgain study={study.id} />}
      </p>
      <SymbolLights />
      {fault && (
        <Notice>
          <p>{fault}.</p>
        </Notice>
      )}
      <Paragraphs texts={study.introduction} />
      <Derivation
        sections={study.sections}
        checks={checks}
        interactive={interactive}
        search={url.search}
      />
      <Errata errata={study.errata} />
      {!study.derivationOnly && <StudyResults {...data} Chart={Chart} />}
      <Sources sources={study.source} />
    </article>
  );
});
