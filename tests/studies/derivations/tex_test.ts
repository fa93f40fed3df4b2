import assert from "node:assert/strict";
import katex from "katex";
import { inlineTex, linesOf, studies } from "../../../lib/studies/mod.ts";
import type { Study } from "../../../lib/studies/mod.ts";

function textsOf(study: Study): string[] {
  return [
    study.title,
    study.question,
    ...study.introduction,
    ...study.sections.flatMap(({ title, prose = [] }) => [title, ...prose]),
    ...linesOf(study).map(({ reason }) => reason),
    ...study.errata.flatMap(({ claim, correct, number }) => [
      claim,
      correct,
      number,
    ]),
    ...study.figures.flatMap(({ title, caption }) => [title, caption]),
  ];
}

for (const study of studies) {
  Deno.test(`${study.id}: KaTeX sets every line`, () => {
    for (const { id, tex } of linesOf(study)) {
      assert.doesNotThrow(
        () =>
          katex.renderToString(tex, {
            displayMode: true,
            throwOnError: true,
            strict: "error",
          }),
        `${id}: ${tex}`,
      );
    }
  });

  Deno.test(`${study.id}: KaTeX sets the TeX in every text, and dollar signs are balanced`, () => {
    for (const text of textsOf(study)) {
      assert.equal(text.split("$").length % 2, 1, text);
      assert.notEqual(text, "");
      for (const part of inlineTex(text).filter((part) => part.tex)) {
        katex.renderToString(part.text, {
          throwOnError: true,
          strict: "error",
        });
      }
    }
  });
}
