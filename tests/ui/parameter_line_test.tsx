import assert from "node:assert/strict";
import fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { bendOf, unitsOn } from "../../lib/math/parameter_line.ts";
import "../../lib/ui/server_document.ts";
import { ParameterLine } from "../../lib/ui/interactive/parameter_line.tsx";
import {
  type Chord,
  graphOf,
  lineNames,
  lineOf,
  parameterLineCodec as codec,
  REACH,
} from "../../lib/ui/interactive/parameter_line_state.ts";

const html = (search: string) =>
  renderToString(<ParameterLine search={search} />);

Deno.test("the figure of a line says how the output bends and where the chord lies", () => {
  assert.match(
    html(""),
    /is neither convex nor concave in t; 2 kinks are shown\. The middle of the chord from t = −2 to t = 0 lies 0\.5 above the graph, so it is not concave\./,
  );
  assert.match(
    html("?from=0&to=2"),
    /lies 0\.5 below the graph, so it is not convex\./,
  );
  assert.match(html("?from=2&to=3"), /lies on the graph\./);
  assert.match(
    html("?line=product"),
    /neither convex nor concave in t; 1 kink is shown/,
  );
  // At x = 0 nothing that moves matters.
  assert.match(html("?x=0"), /is linear in t; 0 kinks are shown.*/);
  assert.match(html("?x=0"), /no chord above.*no chord below/s);
  assert.match(
    html("?line=curve&width=99"),
    /Cannot use the line: need one of ramp, product, random, have &quot;curve&quot;.*Cannot use the width: need a whole number from 1 to 32/s,
  );
});

Deno.test("the chords a figure offers lie above and below the graph, where there are any", () => {
  let both = 0;
  for (let seed = 0; seed < 40; seed++) {
    const line = lineOf({ line: "random", seed, width: 2 });
    const graph = graphOf(line, 1);
    const gap = ({ from, to }: Chord) =>
      (graph.at(from) + graph.at(to)) / 2 - graph.at((from + to) / 2);
    if (graph.above) assert.ok(gap(graph.above) > 0);
    if (graph.below) assert.ok(gap(graph.below) < 0);
    if (graph.above && graph.below) {
      assert.equal(bendOf(unitsOn(line, [1])), "neither");
      both++;
    }
    const xs = graph.curve.map(({ x }) => x);
    assert.deepEqual(xs, xs.toSorted((a, b) => a - b));
    assert.deepEqual([xs[0], xs.at(-1)], [-REACH, REACH]);
  }
  assert.ok(both > 15, `${both}`);
});

const names = Object.values(codec.fields).map(({ name }) => name);
const queries = fc.array(
  fc.tuple(
    fc.constantFrom(...names, "__proto__", "run"),
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.constantFrom(...lineNames, "1e999", "0x10", "-0", "٣", " 4", "NaN"),
      fc.double({ min: -5, max: 5 }).map(String),
      fc.integer({ min: -1, max: 40 }).map(String),
    ),
  ),
  { maxLength: 6 },
);

Deno.test("10,000 odd queries give a line and a chord in range, or problems that name field, limit and remedy", () => {
  fc.assert(
    fc.property(queries, (pairs) => {
      const { state, problems } = codec.read(new URLSearchParams(pairs));
      const { line, seed, width, x, from, to } = state;
      assert.ok(lineNames.includes(line) && Math.abs(x) <= 3);
      assert.ok(Number.isInteger(seed) && width >= 1 && width <= 32);
      assert.ok(Math.abs(from) <= REACH && Math.abs(to) <= REACH);
      assert.ok(lineOf(state).start[0]!.bias.length >= 1);
      for (const key of Object.keys(problems) as (keyof typeof problems)[]) {
        const { label } = codec.fields[key];
        const problem = problems[key]!;
        assert.ok(problem.startsWith(`Cannot use ${label}: need `), problem);
        assert.match(problem, /, have ".*"; type another, or empty the field/s);
      }
      const written = codec.write(state);
      const again = codec.read(written);
      assert.deepEqual(again.problems, {});
      assert.equal(String(codec.write(again.state)), String(written));
    }),
    { numRuns: 10_000 },
  );
});
