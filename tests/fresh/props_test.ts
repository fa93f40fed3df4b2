import assert from "node:assert/strict";
import fc from "fast-check";
import { h } from "preact";
import { deserialize, serialize } from "../../lib/fresh/props.ts";

const roundTrip = <T>(value: T) => deserialize(serialize(value)) as T;

Deno.test("serialize() keeps every kind of value", () => {
  const values = {
    numbers: [0, -0, 1.5, NaN, Infinity, -Infinity, 2 ** 53],
    nothing: [undefined, null, "", false],
    words: ["~", "~~", "~NaN", "~undefined", "~Map"],
    tagged: ["~Map", ["~Map"]],
    map: new Map<unknown, unknown>([["k", [1, [NaN]]], [2, new Map()]]),
    absent: undefined,
  };
  assert.deepEqual(roundTrip(values), values);
});

Deno.test("serialize() keeps any JSON value", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    assert.deepEqual(roundTrip(value), value);
  }));
});

Deno.test("serialize() takes one object twice, but not inside itself", () => {
  const shared = { n: 1 };
  assert.deepEqual(roundTrip([shared, shared]), [shared, shared]);
  const cycle: Record<string, unknown> = {};
  cycle.list = [cycle];
  assert.throws(() => serialize(cycle), /props\.list\[\] .*part of itself/);
});

Deno.test("serialize() refuses what the browser cannot get, naming the place", () => {
  const refusals: [unknown, RegExp][] = [
    [{ a: [{ f: () => 1 }] }, /props\.a\[\]\.f .*function/],
    [{ n: 1n }, /props\.n .*bigint/],
    [{ m: new Map([["k", new Date(0)]]) }, /props\.m\.map\[\] .*Date/],
    [{ w: new Float32Array(2) }, /props\.w .*Float32Array/],
    [{ deep: { jsx: h("p", null) } }, /props\.deep\.jsx .*JSX/],
  ];
  for (const [value, message] of refusals) {
    assert.throws(() => serialize(value), message);
  }
});
