import assert from "node:assert/strict";
import fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { WindowSizes } from "../../lib/ui/interactive/window_sizes.tsx";
import {
  describe,
  viewOf,
  windowSizesState as codec,
} from "../../lib/ui/interactive/window_sizes_state.ts";

const read = (search: string) => codec.read(new URLSearchParams(search));
const say = (search: string) => {
  const { state } = read(search);
  return describe(viewOf(state), state);
};

Deno.test("windows over an axis: the sizes of the exercise, and where the ceiling errs", () => {
  assert.match(
    say("s=1&Co=8"),
    /^28 windows of 3 pixels fit .*= 28\. The output is 28 × 28 × 8\. The stride divides 27, .* Every pixel is read\./,
  );
  assert.match(
    say("s=2"),
    /= 14\. .* does not divide 27; the ceiling would say 15 .* 1 pixel of the axis \(hatched\) is/,
  );
  assert.match(say("d=3&k=5&P=0"), /^No window fits: .* 3 pixels; take/);
  assert.match(say("d=3&k=5&P=1&s=1"), /^1 window of 5 pixels fits on/);
  assert.match(say("s=1&C=1&Co=1"), /10 parameters, .* images 706,384\./);
});

Deno.test("windows over an axis are drawn once each, and never on top of each other", () => {
  for (const search of ["", "s=1", "k=7&s=3&P=2", "k=1&s=5", "d=5&k=5"]) {
    const { state } = read(search);
    const { windows, side, beyond } = viewOf(state);
    assert.equal(windows.length, side, search);
    const drawn = beyond ? [...windows, beyond] : windows;
    drawn.forEach((one, i) =>
      drawn.slice(i + 1).forEach((other) =>
        assert.ok(
          other.row !== one.row || other.first >= one.first + state.kernel,
          `${search}: ${one.first} and ${other.first}`,
        )
      )
    );
    const html = renderToString(<WindowSizes search={`?${search}`} />);
    assert.equal(html.split('class="window"').length - 1, side);
  }
});

Deno.test("windows over an axis: a problem stands at its field", () => {
  const html = renderToString(<WindowSizes search="?k=0&s=2.5" />);
  assert.equal(html.split('aria-invalid="true"').length - 1, 2);
  assert.match(html, /the kernel: need a whole number from 1 to 16, have/);
  assert.match(html, /the stride: need a whole number from 1 to 16, have/);
});

/** Query strings that are nearly right. */
const queries = fc.array(
  fc.tuple(
    fc.constantFrom("d", "k", "s", "P", "C", "Co", "__proto__"),
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.integer({ min: -2, max: 70 }).map(String),
      fc.constantFrom("1e9", "0x4", "٣", "4.0", "NaN", "1e1"),
    ),
  ),
  { maxLength: 8 },
);

Deno.test("windows over an axis reads 10,000 odd queries: windows that fit, or a problem with field, limit and remedy", () => {
  fc.assert(
    fc.property(queries, (pairs) => {
      const { state, problems } = codec.read(new URLSearchParams(pairs));
      const view = viewOf(state);
      const end = state.image + state.padding;
      assert.ok(view.windows.every(({ first }) => first + state.kernel <= end));
      assert.equal(view.beyond !== undefined, view.ceiling > view.side);
      if (view.beyond) assert.ok(view.beyond.first + state.kernel > end);
      assert.ok(Number.isSafeInteger(view.dense));
      assert.ok(describe(view, state).length > 40);
      for (const problem of Object.values(problems)) {
        assert.match(problem!, /^Cannot use the .*: need .* to .*; type/s);
      }
      assert.deepEqual(codec.read(codec.write(state)), {
        state,
        problems: {},
      });
    }),
    { numRuns: 10_000 },
  );
});
