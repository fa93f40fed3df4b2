import assert from "node:assert/strict";
import fc from "fast-check";
import {
  describe,
  receptiveFieldState as codec,
  viewOf,
} from "../../lib/ui/interactive/receptive_field_state.ts";

const read = (search: string) => codec.read(new URLSearchParams(search));

function sentence(search: string): string {
  const { state } = read(search);
  return describe(viewOf(state), state.pixels);
}

Deno.test("the receptive field's figure says what a unit of VGG16 sees", () => {
  assert.equal(
    sentence("layer=6&i=0&j=10"),
    "Unit (0, 10) of the 56 × 56 behind layer 6, pool2, sees rows 0 to 9 and columns 34 to 49 of the 224 × 224 pixels, in every channel. That is 10 × 16 of 16 × 16: the rest lies in the padding.",
  );
  assert.match(sentence("layer=2&i=7&j=9"), /rows 5 to 9 and columns 7 to 11/);
  assert.match(
    sentence("layers=conv7s2p0 pool9&image=16"),
    /^Cannot slide pool9, layer 2, over 5 units a side: its window does not fit/,
  );
});

Deno.test("the receptive field's figure stays within the layers and units there are", () => {
  const { state } = read("layers=conv3,pool2&layer=30&i=1000&j=1000&image=10");
  const { layer, row, column } = viewOf(state);
  assert.deepEqual([layer, row, column], [2, 4, 4]);
});

Deno.test("layers are refused with the word, the limit and the remedy", () => {
  const cases = {
    "conv3 pol2": /as in conv3, conv5s2p2 or pool2 .* one is pol2/,
    "conv0": /a kernel from 1 to 64, one is 0/,
    "pool2s3": /a stride from 1 to the kernel.*pool2s3 has 3/,
    "conv3p3": /a padding below the kernel.*conv3p3 has 3/,
    [Array(33).fill("conv3").join(" ")]: /1 to 32 layers, there are 33/,
    "  ,": /1 to 32 layers, there are 0/,
  };
  for (const [text, problem] of Object.entries(cases)) {
    const { state, problems } = read(String(
      new URLSearchParams({
        layers: text,
      }),
    ));
    assert.match(problems.layers!, problem);
    assert.match(problems.layers!, /type another, or empty the field/);
    assert.equal(state.layers.length, 6);
  }
});

const word = fc.oneof(
  fc.constantFrom("conv3", "pool2", "CONV5s2p2", "conv", "pool999", "conv1e3"),
  fc.string({ maxLength: 12 }),
  fc.tuple(fc.nat(70), fc.nat(70), fc.nat(70))
    .map(([k, s, p]) => `conv${k}s${s}p${p}`),
);

Deno.test("10,000 odd queries give a figure or a problem, never an error", () => {
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 40 }).map((words) => words.join(" ")),
      fc.oneof(fc.string({ maxLength: 20 }), fc.nat(2000).map(String)),
      fc.oneof(fc.string({ maxLength: 20 }), fc.nat(2000).map(String)),
      (layers, image, i) => {
        const search = new URLSearchParams({ layers, image, i, layer: image });
        const { state, problems } = codec.read(search);
        const view = viewOf(state);
        assert.ok(describe(view, state.pixels).endsWith("."));
        if (!view.empty) {
          const { first, last } = view.seen.rows;
          assert.ok(first >= 0 && first <= last && last < state.pixels);
        }
        for (const problem of Object.values(problems)) {
          assert.match(problem!, /^Cannot use .*: need .*; type another/s);
        }
        assert.deepEqual(codec.read(codec.write(state)).state, state);
      },
    ),
    { numRuns: 10_000 },
  );
});
