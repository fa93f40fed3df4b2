import assert from "node:assert/strict";
import fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { OperationCounter } from "../../lib/ui/interactive/operation_counter.tsx";
import {
  describe,
  operationCounterState as codec,
  viewOf,
} from "../../lib/ui/interactive/operation_counter_state.ts";

const read = (search: string) => codec.read(new URLSearchParams(search));

Deno.test("the operation counter's state is the default where a URL says nothing", () => {
  const { state, problems } = read("");
  assert.deepEqual(problems, {});
  assert.deepEqual(state, { widths: [784, 128, 128, 10], batch: 64 });
  const other = { widths: [2, 1], batch: 7 };
  assert.equal(String(codec.write(other)), "widths=2-1&M=7");
  assert.deepEqual(read("widths=2-1&M=7").state, other);
  assert.deepEqual(read("widths=8,+4%3B+2").state.widths, [8, 4, 2]);
});

Deno.test("the operation counter says what a step takes, and where the formula of 002 holds", () => {
  const say = (search: string) => {
    const { state } = read(search);
    return describe(viewOf(state), state.batch);
  };
  // Forward 3·(2·4 + 4·4 + 4·1), backward the same and 3·(4·4 + 4·1) again.
  assert.match(
    say("widths=2-4-4-1&M=3"),
    /^A step on 3 examples takes 228 products: 84 forward and 144 backward, 1\.71 times/,
  );
  assert.match(say("widths=2-4-4-1&M=3"), /37 parameters.* 24 outputs/);
  assert.match(say("widths=8-4-4-1&M=1"), /which is right/);
  assert.match(say("widths=2-4-4-1&M=1"), /% above the/);
  assert.match(say("widths=90-4-4-1&M=1"), /% below the/);
  assert.doesNotMatch(say("widths=8-4-5-1"), /002/);
  assert.doesNotMatch(say("widths=8-1"), /002/);
});

Deno.test("the operation counter shows a problem at its field and the rest as it was", () => {
  const html = renderToString(
    <OperationCounter search="?widths=3-x&M=2&run=a" />,
  );
  assert.match(html, /aria-invalid="true"/);
  assert.match(
    html,
    /id="problem-widths"[^>]*>Cannot use the widths: need 2 to 12 .*have &quot;3-x&quot;; type another/,
  );
  assert.match(html, /784 → 128/);
  assert.match(html, /<input\s+type="hidden" name="run" value="a"/);
  assert.match(html, /<button type="submit"/);
});

/** Query strings that are nearly right. */
const queries = fc.array(
  fc.tuple(
    fc.constantFrom("widths", "M", "__proto__"),
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.array(fc.integer({ min: -1, max: 20_000 }), { maxLength: 14 })
        .map((widths) => widths.join("-")),
      fc.constantFrom("0-1", "1-", "-1-2", "1e3-2", "٣-2", "1.5", " 4 4 "),
    ),
  ),
  { maxLength: 4 },
);

Deno.test("the operation counter reads 10,000 odd queries: exact counts, or a problem with field, limit and remedy", () => {
  fc.assert(
    fc.property(queries, (pairs) => {
      const { state, problems } = codec.read(new URLSearchParams(pairs));
      const view = viewOf(state);
      for (const count of [view.forward, view.backward, view.parameters]) {
        assert.ok(Number.isSafeInteger(count) && count > 0);
      }
      for (const problem of Object.values(problems)) {
        assert.match(problem!, /^Cannot use the \w+: need .* to .*; type/s);
      }
      assert.deepEqual(codec.read(codec.write(state)), {
        state,
        problems: {},
      });
    }),
    { numRuns: 10_000 },
  );
});
