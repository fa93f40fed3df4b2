import type { ComponentType } from "preact";
import type { KernelCase, Line, Oracle } from "../study/derivation/line.ts";
import type { Section } from "../study/page.ts";
import { formatNumber } from "../plots/format.ts";
import type { CheckRow } from "../results/schemas.ts";
import { Verdict } from "./marks.tsx";
import { Predictions } from "./predictions.tsx";
import { Paragraphs, Prose } from "./prose.tsx";
import { StudyTable } from "./study_table.tsx";
import { Tex } from "./tex.tsx";

const AGAINST: Partial<Record<Oracle, string>> = {
  definition: "its definition",
  "printed by PyTorch": "the digits PyTorch prints",
};

/** Interactive figures by id; each is given the page's query string, where its state is. */
export type InteractiveFigures = Readonly<
  Record<string, ComponentType<{ search: string }>>
>;

/** The sections of a derivation with what was measured for each line, and their interactive figures. */
export function Derivation({ sections, checks, interactive, search }: {
  sections: readonly Section[];
  checks: readonly CheckRow[];
  interactive: InteractiveFigures;
  /** Query string of the page. */
  search: string;
}) {
  return (
    <>
      {sections.map((section, i) => (
        <section key={section.id} aria-labelledby={`section-${section.id}`}>
          <h2 id={`section-${section.id}`}>
            <span class="numeral">{i + 1}</span> {section.title}
          </h2>
          {section.answers && <p class="meta">Answers {section.answers}</p>}
          <Paragraphs texts={section.prose ?? []} />
          {section.predictions
            ? (
              <Predictions of={section.predictions} title={section.title}>
                <Lines lines={section.lines} number={i + 1} checks={checks} />
              </Predictions>
            )
            : <Lines lines={section.lines} number={i + 1} checks={checks} />}
          {section.tables?.map((table) => (
            <StudyTable key={table.id} table={table} />
          ))}
          <Interactive
            figure={interactive[section.interactive ?? ""]}
            search={search}
          />
        </section>
      ))}
    </>
  );
}

function Interactive({ figure: Figure, search }: {
  figure: InteractiveFigures[string] | undefined;
  search: string;
}) {
  return Figure ? <Figure search={search} /> : null;
}

function Lines({ lines, number, checks }: {
  lines: readonly Line[];
  /** Of the section. */
  number: number;
  checks: readonly CheckRow[];
}) {
  if (lines.length === 0) return null;
  return (
    <ol class="lines">
      {lines.map((line, j) => (
        <DerivationLine
          key={line.id}
          line={line}
          number={`${number}.${j + 1}`}
          check={checks.find((check) => check.line === line.id)}
        />
      ))}
    </ol>
  );
}

function DerivationLine({ line, number, check }: {
  line: Line;
  number: string;
  check: CheckRow | undefined;
}) {
  return (
    <li class="line" id={line.id}>
      <a class="number" href={`#${line.id}`} aria-label={`Line ${number}`}>
        ({number})
      </a>
      <div
        class="formula"
        tabIndex={0}
        role="group"
        aria-label={`Formula ${number}`}
      >
        <Tex tex={line.tex} display />
      </div>
      <div class="proof">
        <Proof line={line} check={check} />
      </div>
      <p class="reason">
        <Prose text={line.reason} />
      </p>
    </li>
  );
}

function Proof({ line, check }: { line: Line; check: CheckRow | undefined }) {
  if (!line.check) {
    return <p class="prose-mark">Stated, not checked: a definition or prose</p>;
  }
  return (
    <>
      <p>
        {check
          ? (
            <>
              <Verdict holds={check.error <= check.tolerance} />{" "}
              <ErrorOf error={check.error} tolerance={check.tolerance} />
            </>
          )
          : <span class="open">Not checked yet</span>}{" "}
        <span class="against">
          against {AGAINST[line.check.against] ?? line.check.against}
        </span>
      </p>
      <p class="again" />
      {line.kernels && <KernelProof kernels={line.kernels} check={check} />}
    </>
  );
}

/** The kernels of a line; their check keeps the worst of their errors. */
function KernelProof({ kernels, check }: {
  kernels: readonly KernelCase[];
  check: CheckRow | undefined;
}) {
  const error = check?.kernelError ?? null;
  const tolerance = Math.max(...kernels.map((kernel) => kernel.tolerance));
  return (
    <>
      <p>
        {error === null ? <span class="open">Not run yet</span> : (
          <>
            <Verdict holds={error <= tolerance} />{" "}
            <ErrorOf error={error} tolerance={tolerance} />
          </>
        )} <span class="against">on the GPU</span>
      </p>
      {kernels.map(({ file, role }) => (
        <p key={file + role}>
          <a href={`/shaders/${file}`}>
            <code>{file}</code>
          </a>{" "}
          <span class="against">{role}</span>
        </p>
      ))}
    </>
  );
}

function ErrorOf({ error, tolerance }: { error: number; tolerance: number }) {
  return (
    <span
      class="error"
      title={`largest relative error; at most ${
        formatNumber(tolerance)
      } is allowed`}
    >
      {formatNumber(error, 2)}
    </span>
  );
}
