import assert from "node:assert/strict";
import fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { graphOf } from "../../lib/math/expression/graph.ts";
import { sweep } from "../../lib/math/expression/sweeps.ts";
import {
  lastStep,
  momentAt,
} from "../../lib/ui/interactive/computational_graph/steps.ts";
import { describeStep } from "../../lib/ui/interactive/computational_graph/text.ts";
import { ComputationalGraph } from "../../lib/ui/interactive/computational_graph.tsx";
import {
  graphState,
  STUDIED,
  tryGraph,
} from "../../lib/ui/interactive/computational_graph_state.ts";

const read = (search: string) => graphState.read(new URLSearchParams(search));
const drawn = (search: string) =>
  renderToString(<ComputationalGraph search={search} />).replaceAll(
    "&quot;",
    '"',
  );

Deno.test("the graph's state is short in the URL and read back", () => {
  const { state } = read("");
  assert.deepEqual(state, { expression: STUDIED, point: [2, 3], step: 99 });
  assert.equal(`${graphState.write(state)}`, "");
  const other = { expression: "x*y", point: [0.5, -2], step: 3 };
  assert.equal(`${graphState.write(other)}`, "f=x*y&at=0.5%2C-2&step=3");
  assert.deepEqual(read(`${graphState.write(other)}`).state, other);
  assert.deepEqual(read("at=4&at=5").state.point, [4, 5], "as a form sends it");
});

Deno.test("the graph's state names what cannot be read", () => {
  const { state, problems } = read("f=a%2B&at=1,x&step=-1");
  assert.deepEqual(state, read("").state);
  assert.deepEqual(problems, {
    expression:
      `Cannot use the expression: it ends too early, have "a+"; type another, or empty the field for ${STUDIED}`,
    point:
      'Cannot use the values: number 2 must be from -1000000 to 1000000, have "1,x"; type another, or empty the field for 2,3',
    step:
      'Cannot use the step: need a whole number from 0 to 99, have "-1"; type another, or empty the field for 99',
  });
});

Deno.test("momentAt() goes forward, turns and comes back", () => {
  const graph = graphOf(STUDIED);
  const evaluated = { graph, sweeps: sweep(graph, [2, 3]) };
  const last = lastStep(graph);
  assert.equal(last, 15);
  const said = (step: number) =>
    describeStep(evaluated, momentAt(evaluated, step));
  assert.equal(said(0), "Inputs: a = 2, b = 3.");
  assert.equal(
    said(4),
    "Forward: v₄ = v₂ + v₃ = 13. Local partials: ∂v₄/∂v₂ = 1, ∂v₄/∂v₃ = 1.",
  );
  assert.equal(said(8), "The way back starts with ∂z/∂z = 1.");
  assert.equal(
    said(13),
    "Backward through v₃: ∂z/∂b gets −2.483×10⁻⁶ · 6 = −1.49×10⁻⁵.",
  );
  const settled = (step: number) => momentAt(evaluated, step).settled[1];
  assert.deepEqual([13, 14, 15].map(settled), [false, false, true]);
  assert.deepEqual(
    momentAt(evaluated, last).gradients,
    evaluated.sweeps.gradients,
  );
  assert.deepEqual(
    momentAt(evaluated, 7).gradients,
    graph.nodes.map(() => undefined),
  );
});

Deno.test("the graph is drawn by the server with what its URL says", () => {
  const html = drawn("?f=x*y&at=2,5&step=1&run=some-run");
  assert.match(html, /z = x · y/);
  assert.match(
    html,
    /Forward: z = x · y = 10\. Local partials: ∂z\/∂x = 5, ∂z\/∂y = 2\./,
  );
  assert.match(html, /<input +type="hidden" name="run" value="some-run"/);
  assert.match(html, /<button type="submit">Draw/);
  assert.match(drawn("?at=30,2"), /∂z\/∂a = NaN.*multiplies 0 by ∞/s);
  const faulty = drawn("?f=a%2B)");
  assert.match(faulty, /aria-invalid="true"[^>]*aria-describedby="problem-f"/);
  assert.match(
    faulty,
    /id="problem-f"[^>]*>Cannot use the expression: "\)" does not fit at character 3/,
  );
  assert.match(faulty, /a\+<mark>\)<\/mark>/);
});

/** Query strings that are nearly right. */
const queries = fc.array(
  fc.tuple(
    fc.constantFrom("f", "at", "step", "__proto__"),
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.array(
        fc.constantFrom("a", "b2", "+", "*", "^", "(", ")", "exp(", "1", "e"),
        { maxLength: 20 },
      ).map((parts) => parts.join("")),
      fc.array(fc.double().map(String), { maxLength: 8 }).map(String),
      fc.integer({ min: -5, max: 105 }).map(String),
    ),
  ),
  { maxLength: 5 },
);

Deno.test("the graph's state takes 10,000 odd queries: drawable, or with a problem that names field, limit and remedy", () => {
  let drawings = 0;
  fc.assert(
    fc.property(queries, (pairs) => {
      const search = new URLSearchParams(pairs);
      const { state, problems } = graphState.read(search);
      assert.ok(tryGraph(state.expression).graph, state.expression);
      assert.ok(state.point.length <= 6 && state.point.every(Number.isFinite));
      assert.ok(state.step >= 0 && state.step <= 99);
      for (const problem of Object.values(problems)) {
        assert.match(problem!, /^Cannot use the \w+: .+; type another/s);
      }
      const again = graphState.read(graphState.write(state));
      assert.deepEqual(again.problems, {});
      // Layouts take milliseconds, so that only some are drawn.
      if (drawings++ % 400 === 0) assert.match(drawn(`?${search}`), /<svg/);
    }),
    { numRuns: 10_000 },
  );
});
