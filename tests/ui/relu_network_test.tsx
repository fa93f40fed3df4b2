import assert from "node:assert/strict";
import fc from "fast-check";
import { renderToString } from "preact-render-to-string";
import { countKinks } from "../../lib/math/kinks.ts";
import { outputAt } from "../../lib/math/relu_network.ts";
import { mostKinks, sawtooth } from "../../lib/math/sawtooth.ts";
import { ReluNetwork } from "../../lib/ui/interactive/relu_network.tsx";
import {
  initialState,
  LARGEST,
  networkOf,
  presets,
  reluNetworkCodec as codec,
} from "../../lib/ui/interactive/relu_network_state.ts";
import "../../lib/ui/server_document.ts";

const read = (search: string) => codec.read(new URLSearchParams(search));
const html = (search: string) =>
  renderToString(<ReluNetwork search={search} />);

Deno.test("the figure of a ReLU network opens with a sawtooth that more layers continue", () => {
  for (const layers of [2, 3, 4]) {
    const network = networkOf({ ...initialState, layers });
    assert.deepEqual(network, sawtooth(3, layers));
    assert.equal(countKinks(network), mostKinks(3, layers));
  }
});

Deno.test("its presets are what they say, and survive the URL", () => {
  const by = Object.fromEntries(
    presets.map(({ label, state }) => {
      const again = codec.read(codec.write(state));
      assert.deepEqual(again, { state, problems: {} }, label);
      return [label, networkOf(state)];
    }),
  );
  for (const x of [-3, -0.5, 0, 0.25, 4]) {
    assert.equal(outputAt(by.x!, x), x);
    assert.equal(outputAt(by["|x|"]!, x), Math.abs(x));
    assert.equal(outputAt(by.triangle!, x), Math.max(0, 1 - Math.abs(x)));
  }
});

Deno.test("a size changes which weights count, not what they are", () => {
  const { state } = read("layers=3&width=1&w11=2&w211=-1.5&v1=4");
  assert.deepEqual(networkOf(state).map(({ weight }) => weight), [
    [[2]],
    [[-1.5]],
    [[4]],
  ]);
  const wider = read("layers=3&width=2&w11=2&w211=-1.5&v1=4").state;
  assert.equal(networkOf(wider)[1]!.weight[0]![0], -1.5);
});

Deno.test("the figure says its kinks in words, and draws them without a script", () => {
  assert.match(
    html(""),
    /has 3 kinks, at x = −0\.5, 0, 0\.5; 2 layers of width 3 can have 3\./,
  );
  assert.match(
    html("?layers=3"),
    /has 15 kinks, at x = .* and 9 more; 3 layers of width 3 can have 15\./,
  );
  assert.match(html("?layers=3&width=2"), /2 can have fewer than 8\./);
  assert.match(html("?layers=2&span=0.25"), /The graph shows 1 of them\./);
  assert.equal(html("?layers=3").match(/<circle/g)!.length, 15);
  assert.match(
    html(""),
    /role="img"[^>]*aria-describedby="relu-network-words".*id="relu-network-words" role="status"/s,
  );
  assert.match(html(""), /<button type="submit">Draw/);
  assert.match(
    html("?run=some-run"),
    /type="hidden" name="run" value="some-run"/,
  );
});

Deno.test("a malformed weight falls back, and its message stands at its slider", () => {
  const page = html("?w11=1000&layers=9");
  assert.match(
    page,
    /Cannot use layer 1, unit 1, weight: need a number from -12 to 12, have &quot;1000&quot;/,
  );
  assert.match(page, /id="problem-w11"/);
  assert.match(
    page,
    /<input[^>]*id="field-layers"[^>]*aria-invalid="true"[^>]*aria-describedby="problem-layers"/,
  );
  assert.match(page, /has 3 kinks/);
});

const names = Object.values(codec.fields).map(({ name }) => name);
const queries = fc.array(
  fc.tuple(
    fc.oneof(
      fc.constantFrom(...names, "__proto__", "run"),
      fc.string({ maxLength: 8 }),
    ),
    fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.double().map(String),
      fc.double({ min: -LARGEST, max: LARGEST }).map(String),
      fc.integer({ min: 1, max: 5 }).map(String),
      fc.constantFrom("1e999", "0x10", "-0", "٣", " 4"),
    ),
  ),
  { maxLength: 8 },
);

Deno.test("10,000 odd queries give a network in range, or problems that name field, limit and remedy", () => {
  fc.assert(
    fc.property(queries, (pairs) => {
      const { state, problems } = read(String(new URLSearchParams(pairs)));
      assert.ok(state.layers >= 2 && state.layers <= 4);
      assert.ok(state.width >= 1 && state.width <= 3);
      const network = networkOf(state);
      assert.equal(network.length, state.layers);
      assert.ok(
        network.flatMap(({ weight, bias }) => [...weight.flat(), ...bias])
          .every((x) => Math.abs(x) <= LARGEST),
      );
      for (const [key, problem] of Object.entries(problems)) {
        const { label } = codec.fields[key]!;
        assert.ok(
          problem!.startsWith(`Cannot use ${label}: need `),
          `${problem}`,
        );
        assert.match(problem!, / from .* to .*, have ".*"; type another/s);
      }
      const written = codec.write(state);
      const again = codec.read(written);
      assert.deepEqual(again.problems, {});
      assert.equal(String(codec.write(again.state)), String(written));
    }),
    { numRuns: 10_000 },
  );
});
