import assert from "node:assert/strict";
import { renderToString } from "preact-render-to-string";
import { Claims } from "../../lib/ui/claims.tsx";

const claims = [{ sentence: "$\\alpha$ decides.", by: ["first", "second"] }];
const first = { name: "first", holds: true, measured: 1e-7, expected: "0" };
const second = {
  name: "second",
  holds: true,
  measured: "3 of 4",
  expected: "4",
};

const html = (expectations: (typeof first | typeof second)[]) =>
  renderToString(<Claims claims={claims} expectations={expectations} />);

Deno.test("Claims says a sentence with what was measured where all its expectations hold", () => {
  const text = html([first, second]);
  assert.match(text, /✓.*supported.*decides\..*first: 10⁻⁷; second: 3 of 4</s);
  assert.doesNotMatch(text, /does not support/);
});

Deno.test("Claims says that a run does not support a sentence, and what was expected", () => {
  const text = html([first, { ...second, holds: false }]);
  assert.match(text, /✗.*This run does not support it:.*expected 4/s);
});

Deno.test("Claims says where a run was not judged by all of it", () => {
  const text = html([first]);
  assert.match(text, /Not judged in this run:/);
  assert.doesNotMatch(text, /✓|✗/);
});

Deno.test("Claims is nothing where nothing is claimed", () => {
  assert.equal(
    renderToString(<Claims claims={[]} expectations={[first]} />),
    "",
  );
});
