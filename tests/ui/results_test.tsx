import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Values } from "../../lib/ui/results.tsx";

const html = (value: unknown) =>
  renderToString(<Values values={{ it: value }} label="Results" />)
    .replaceAll(" >", ">");

Deno.test("Values shows numbers, matrices and records as such", () => {
  assert.match(html(2.5e-5), />2\.5×10⁻⁵</);
  assert.match(html(NaN), />NaN</);
  assert.match(html([[1, 2], [3, 4]]), /matrix.*<tr><td>1.*<tr><td>3/s);
  assert.match(
    html([{ layer: "dense1", error: 1e-7 }, { layer: "dense2", error: null }]),
    /<th scope="col">layer<\/th>.*<td>dense1<\/td><td>10⁻⁷.*<td>–/s,
  );
});

Deno.test("Values shows anything else as text, hostile or huge", () => {
  const odd = [
    "<script>alert(1)</script>",
    { type: "script", props: { dangerouslySetInnerHTML: { __html: "<b>" } } },
    [[1, 2], [3]],
    [{ a: 1 }, { b: 1 }],
    [{ a: "<i>" }],
    { deep: [{ a: [1] }] },
    Array.from({ length: 1e5 }, (_, i) => i),
    "x".repeat(1e6),
    null,
    [],
    {},
  ];
  for (const value of odd) {
    const text = html(value);
    assert.doesNotMatch(text, /<(script|b|i)>/);
    assert.ok(text.length < 20_000, `${text.length}`);
  }
  assert.match(html([{ a: "<i>" }]), /<td>&lt;i>/);
});
