import type { Erratum, Source } from "../study/page.ts";
import { Prose } from "./prose.tsx";

/** What the sources say wrongly or loosely, beside the correct form and the number that settles it. */
export function Errata({ errata }: { errata: readonly Erratum[] }) {
  if (errata.length === 0) return null;
  return (
    <section aria-labelledby="errata">
      <h2 id="errata">Errata</h2>
      {errata.map(({ claim, correct, number, source }, i) => (
        <dl class="erratum" key={i}>
          <dt>The source says</dt>
          <dd>
            <Prose text={claim} />{" "}
            <cite>{source.title}, {source.problem} ({source.document})</cite>
          </dd>
          <dt>Correct is</dt>
          <dd>
            <Prose text={correct} />
          </dd>
          <dt>Measured</dt>
          <dd>
            <Prose text={number} />
          </dd>
        </dl>
      ))}
    </section>
  );
}

/** The documents that ask the question. */
export function Sources({ sources }: { sources: readonly Source[] }) {
  if (sources.length === 0) return null;
  return (
    <section aria-labelledby="sources">
      <h2 id="sources">Sources</h2>
      <ul>
        {sources.map(({ document, title, problem }) => (
          <li key={document + problem}>
            {title}, {problem} <span class="quiet">({document})</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
