import assert from "node:assert/strict";
import katex from "katex";
import { parseHTML } from "linkedom";
import { placesIn } from "../../lib/ui/symbols/find.ts";

/** The symbols found in a formula, in the order of KaTeX's HTML: what stands below a line first. */
function symbolsOf(tex: string): string[] {
  const html = katex.renderToString(tex, { output: "htmlAndMathml" });
  const { document } = parseHTML(`<main>${html}</main>`);
  return placesIn(document).map(({ symbol }) => symbol);
}

Deno.test("placesIn() knows letters by accent, subscript and primes, not by power", () => {
  const cases: [string, string[]][] = [
    ["a", ["a"]],
    ["v_1 + v_2", ["v1", "v2"]],
    ["a^2 + a^{-1}", ["a", "a"]],
    ["v_6^2", ["v6"]],
    [String.raw`\tilde y_{i} \ne y_i`, ["y~i", "yi"]],
    [String.raw`\frac{\partial z}{\partial v_1}`, ["v1", "z"]],
    ["W'' x'", ["W′′", "x′"]],
    [String.raw`A_{i+1}^\top`, ["Ai+1"]],
    [String.raw`e^{v_4}`, ["e", "v4"]],
    [String.raw`x^{n}`, ["x", "n"]],
    [String.raw`\ell \mathcal{L} \mathbf{x} \sigma`, ["ℓ", "L", "x", "σ"]],
    [String.raw`\operatorname{ReLU}(y) \text{ if } \log b`, ["y", "b"]],
    [String.raw`12 + \lVert v \rVert`, ["v"]],
  ];
  for (const [tex, symbols] of cases) {
    assert.deepEqual(symbolsOf(tex), symbols, tex);
  }
});

Deno.test("placesIn() gives the letter and its subscript to light, and leaves MathML alone", () => {
  const { document } = parseHTML(
    `<main>${katex.renderToString("v_6^2")}</main>`,
  );
  const [place] = placesIn(document);
  assert.deepEqual(
    place!.elements.map(({ textContent }) =>
      textContent.replaceAll("\u200b", "")
    ),
    ["v", "6"],
  );
  assert.ok(place!.elements.every((element) => !element.closest("math")));
});
