import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Prose } from "../../lib/ui/prose.tsx";
import { Tex } from "../../lib/ui/tex.tsx";

const html = (tex: string) => renderToString(<Tex tex={tex} display />);

Deno.test("Tex renders a formula for eyes and for ears", () => {
  const formula = html(String.raw`\frac{\partial \ell}{\partial b_i}`);
  assert.match(formula, /class="katex-html"/);
  assert.match(formula, /<math[^>]*>.*<mfrac>/s);
});

Deno.test("Tex shows the reason where a formula is wrong", () => {
  assert.match(html(String.raw`\frac{1}{`), /tex-fault.*Formula not shown/s);
  assert.match(html(String.raw`\nonsense`), /tex-fault/);
});

Deno.test("Tex refuses deep and long formulas", () => {
  const cases = [
    "{".repeat(5_000) + "x" + "}".repeat(5_000),
    "{".repeat(4_990) + "x" + "}".repeat(4_990),
    String.raw`\sqrt `.repeat(5_000) + "x",
    "x^".repeat(3_000) + "x",
    "x".repeat(200_000),
    String.raw`\def\a{\a\a}\a`,
    String.raw`\left(`.repeat(1_000),
  ];
  for (const tex of cases) {
    assert.match(html(tex), /tex-fault/, tex.slice(0, 20));
  }
});

Deno.test("Tex makes no link, no image and no style of the reader's", () => {
  const cases = [
    String.raw`\href{javascript:alert(1)}{x}`,
    String.raw`\url{javascript:alert(1)}`,
    String.raw`\includegraphics{https://evil.example/x.png}`,
    String.raw`\htmlStyle{background:url(//evil.example)}{x}`,
    String.raw`\htmlClass{notice}{x}`,
    `<img src=x onerror=alert(1)>`,
    `\\text{</span><script>alert(1)</script>}`,
  ];
  for (const tex of cases) {
    const shown = html(tex).replace(/<annotation.*?<\/annotation>/gs, "");
    assert.doesNotMatch(shown, /<(a|img|script)\b|href=|url\(/, tex);
  }
});

Deno.test("Tex takes anything for text", () => {
  for (const tex of [undefined, null, 7, { toString: () => "x" }]) {
    assert.ok(html(tex as unknown as string));
  }
});

Deno.test("Prose mixes words and formulas and escapes both", () => {
  const text = renderToString(<Prose text="With $x < 1$ & <b>words</b>" />);
  assert.match(text, /^With <span class="tex">/);
  assert.match(text, / &amp; &lt;b>words&lt;\/b>$/);
});
