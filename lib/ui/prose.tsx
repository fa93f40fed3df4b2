import { inlineTex } from "../study/page.ts";
import { Tex } from "./tex.tsx";

/** Text with inline TeX between dollar signs. */
export function Prose({ text }: { text: string }) {
  // A bare array: inside JSX, precompiled code would escape its strings twice.
  return inlineTex(text).map((part, i) =>
    part.tex ? <Tex key={i} tex={part.text} /> : part.text
  );
}

/** One paragraph per text. */
export function Paragraphs({ texts }: { texts: readonly string[] }) {
  return (
    <>
      {texts.map((text, i) => (
        <p key={i}>
          <Prose text={text} />
        </p>
      ))}
    </>
  );
}
