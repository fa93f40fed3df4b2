import type { ComponentChildren } from "preact";
import type { Prediction } from "../study/page.ts";
import { Prose } from "./prose.tsx";

/** Questions whose answers show on request, and what follows from them, hidden likewise. */
export function Predictions({ of, title, children }: {
  of: readonly Prediction[];
  /** Of the section. */
  title: string;
  children: ComponentChildren;
}) {
  return (
    <>
      <p class="meta">Predict first, then look.</p>
      {of.map(({ question, answer }) => (
        <details class="prediction" key={question}>
          <summary>
            <Prose text={question} />
          </summary>
          <p>
            <Prose text={answer} />
          </p>
        </details>
      ))}
      <details class="prediction derived">
        <summary>
          The derivation<span class="unseen">of {title}</span>
        </summary>
        {children}
      </details>
    </>
  );
}
