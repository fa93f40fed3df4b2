import assert from "node:assert/strict";
import fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { DecisionMap } from "../../lib/ui/interactive/decision_map.tsx";
import {
  decisionMapCodec,
  mappedGates,
  REACH,
} from "../../lib/ui/interactive/decision_map_state.ts";
import { TruthTable } from "../../lib/ui/interactive/truth_table.tsx";
import {
  bitsOf,
  circuitOf,
  tables,
  truthTableCodec,
  turned,
} from "../../lib/ui/interactive/truth_table_state.ts";
import type { UrlState } from "../../lib/ui/interactive/url_state.ts";

const map = (search: string) => renderToString(<DecisionMap search={search} />);
const truth = (search: string) =>
  renderToString(<TruthTable search={search} />);

Deno.test("the decision map says value, statement, and that both agree on the axes", () => {
  for (const gate of Object.keys(mappedGates)) {
    const page = map(`?gate=${gate}`);
    assert.match(page, /agree on 1681 of 1681 points of the map/, gate);
    assert.match(page, /and on 81 of the 81 on the axes/, gate);
  }
  assert.match(
    map("?gate=xor&x1=-1&x2=0"),
    /f\(−1, 0\) = 0 is not positive, and the statement .* does not hold/,
  );
  assert.match(
    map("?gate=xor2&x1=-1&x2=0.5"),
    /f\(−1, 0\.5\) = 0\.5 is positive, and the statement .* holds/,
  );
  assert.match(
    map("?gate=maybe"),
    /Cannot use the gate: need one of or, and, xor, xor2, nand, have &quot;maybe&quot;/,
  );
});

Deno.test("the shaded cells of a decision map are those of the statement", () => {
  // Quadrants of 20 × 20 points each, the axes apart.
  const cells = (gate: string) =>
    [
      ...map(`?gate=${gate}`).matchAll(
        /class="positive"[^>]* y="([-\d]+)" width="(\d+)" height="8"/g,
      ),
    ]
      .reduce((sum, [, , width]) => sum + Number(width) / 8, 0);
  assert.equal(cells("xor"), 800);
  assert.equal(cells("xor2"), 800);
  assert.equal(cells("and"), 400);
  assert.equal(cells("or"), 41 ** 2 - 21 ** 2);
  assert.equal(cells("nand"), 41 ** 2 - 21 ** 2);
});

Deno.test("the truth table says gates, layers and the signals of a row", () => {
  assert.match(
    truth(""),
    /right in 4 of 4 rows, exactly\. At x₁ = 1, x₂ = 0 the output is 1\./,
  );
  for (const { label, table } of tables) {
    const page = truth(`?table=${table}`);
    assert.ok(
      page.includes(`right in ${table.length} of ${table.length} rows`),
      label,
    );
    const { inputs, gates } = circuitOf({ table });
    assert.equal(page.match(/<circle/g)!.length, inputs + gates.length);
  }
  assert.match(
    truth("?table=0011"),
    /0 NAND gates: a ReLU network of 1 layer\./,
  );
  assert.match(truth("?table=012"), /id="problem-table"/);
  // A row that a shorter table does not have.
  assert.match(truth("?row=7"), /At x₁ = 1, x₂ = 1/);
});

Deno.test("turned() turns one output, bitsOf() lists the inputs of a row", () => {
  assert.equal(turned("0110", 0), "1110");
  assert.equal(turned("0110", 2), "0100");
  assert.deepEqual(bitsOf(4, 3), [true, false, false]);
});

function fuzz<State extends object>(
  codec: UrlState<State>,
  values: fc.Arbitrary<string>,
  holds: (state: State) => boolean,
): void {
  const names = Object.values<{ name: string }>(codec.fields)
    .map(({ name }) => name);
  const queries = fc.array(
    fc.tuple(
      fc.constantFrom(...names, "__proto__", "run"),
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.constantFrom("1e999", "0x10", "-0", "٣", " 4", "NaN"),
        values,
      ),
    ),
    { maxLength: 5 },
  );
  fc.assert(
    fc.property(queries, (pairs) => {
      const { state, problems } = codec.read(new URLSearchParams(pairs));
      assert.ok(holds(state), JSON.stringify(state));
      for (const key of Object.keys(problems) as (keyof State)[]) {
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
}

Deno.test("10,000 odd queries give a gate and a point on the map, or problems", () => {
  fuzz(
    decisionMapCodec,
    fc.oneof(
      fc.constantFrom(...Object.keys(mappedGates)),
      fc.double({ min: -REACH, max: REACH }).map(String),
    ),
    ({ gate, x1, x2 }) =>
      gate in mappedGates && Math.abs(x1) <= REACH && Math.abs(x2) <= REACH,
  );
});

Deno.test("10,000 odd queries give a truth table with a circuit, or problems", () => {
  fuzz(
    truthTableCodec,
    fc.oneof(
      fc.string({ unit: fc.constantFrom("0", "1"), maxLength: 10 }),
      fc.integer({ min: -1, max: 9 }).map(String),
    ),
    (state) =>
      /^([01]{4}|[01]{8})$/.test(state.table) && state.row >= 0 &&
      state.row < 8 && circuitOf(state).inputs > 0,
  );
});
