import assert from "node:assert/strict";
import {
  commonShift,
  compare,
  fraction,
  scaled,
  toNumber,
} from "../../lib/math/dyadic.ts";
import { countKinks, piecesOf } from "../../lib/math/kinks.ts";
import { Random } from "../../lib/math/random.ts";
import {
  drawReluNetwork,
  outputAt,
  type ReluNetwork,
} from "../../lib/math/relu_network.ts";
import { mostKinks, sawtooth } from "../../lib/math/sawtooth.ts";

/** Σ vᵢ relu(wᵢ x + bᵢ) from triples [w, b, v]. */
function twoLayers(...units: [number, number, number][]): ReluNetwork {
  return [
    { weight: units.map(([w]) => [w]), bias: units.map(([, b]) => b) },
    { weight: [units.map(([, , v]) => v)], bias: [0] },
  ];
}

/** Kinks seen from outside: the outputs on a grid, of which no three in a row lie on a line. */
function sampledKinks(
  network: ReluNetwork,
  [low, high]: [number, number],
  points: number,
): number[] {
  const step = (high - low) / (points - 1);
  const y = Array.from(
    { length: points },
    (_, i) => outputAt(network, low + i * step),
  );
  const size = Math.max(...y.map(Math.abs));
  const found: number[] = [];
  let inside = false;
  for (let i = 1; i < points - 1; i++) {
    const bend = Math.abs(y[i - 1]! - 2 * y[i]! + y[i + 1]!);
    const bends = bend > 1e-11 * size;
    if (bends && !inside) found.push(low + i * step);
    inside = bends;
  }
  return found;
}

const ARCHITECTURES = [[1, 1, 1], [1, 6, 1], [1, 4, 4, 1], [1, 3, 5, 4, 1]];

Deno.test("piecesOf() finds the kinks that dense sampling finds", () => {
  const random = new Random(5);
  let compared = 0;
  for (const widths of ARCHITECTURES) {
    for (let i = 0; i < 6; i++) {
      const network = drawReluNetwork(random, widths);
      const { kinks } = piecesOf(network);
      const range: [number, number] = [
        Math.min(0, ...kinks) - 1,
        Math.max(0, ...kinks) + 1,
      ];
      const points = 20_001;
      const step = (range[1] - range[0]) / (points - 1);
      const gaps = kinks.slice(1).map((x, j) => x - kinks[j]!);
      // Two kinks within a few steps look like one.
      if (Math.min(Infinity, ...gaps) < 4 * step) continue;
      const sampled = sampledKinks(network, range, points);
      assert.equal(sampled.length, kinks.length, `${widths}, network ${i}`);
      sampled.forEach((x, j) =>
        assert.ok(Math.abs(x - kinks[j]!) <= 2 * step, `${x}, ${kinks[j]}`)
      );
      compared++;
    }
  }
  assert.ok(compared >= 12, `${compared} networks were compared`);
});

Deno.test("piecesOf() gives slope and intercept of every piece, and no jumps", () => {
  const random = new Random(6);
  for (const widths of ARCHITECTURES) {
    const network = drawReluNetwork(random, widths);
    const { pieces, jumps } = piecesOf(network);
    assert.equal(jumps, 0);
    assert.equal(pieces[0]!.from, -Infinity);
    assert.equal(pieces.at(-1)!.to, Infinity);
    for (const { from, to, slope, intercept } of pieces) {
      const low = Math.max(from, Math.min(to, 0) - 9);
      const high = Math.min(to, low + 9);
      for (const share of [0, 0.3, 1]) {
        const x = low + share * (high - low);
        const error = Math.abs(slope * x + intercept - outputAt(network, x));
        assert.ok(error < 1e-10, `${error} at ${x}`);
      }
    }
  }
});

Deno.test("1,000 random networks of two layers of width k have at most k kinks", () => {
  const random = new Random(7);
  const counts = Array.from({ length: 1000 }, () => {
    const width = random.integer(1, 17);
    const kinks = countKinks(drawReluNetwork(random, [1, width, 1]));
    assert.ok(kinks <= width, `${kinks} at width ${width}`);
    return width - kinks;
  });
  // A kink goes missing only where two coincide or a weight is 0.
  assert.equal(Math.max(...counts), 0);
});

Deno.test("random deep networks stay below the bound, a sawtooth attains it", () => {
  const random = new Random(8);
  for (let i = 0; i < 60; i++) {
    const [width, layers] = [random.integer(1, 7), random.integer(3, 6)];
    const hidden = Array<number>(layers - 1).fill(width);
    const kinks = countKinks(drawReluNetwork(random, [1, ...hidden, 1]));
    assert.ok(kinks <= mostKinks(width, layers), `${width} ${layers}`);
  }
  for (const width of [3, 4, 5, 6]) {
    for (const layers of [2, 3, 4, 5]) {
      if (mostKinks(width, layers) > 1000) continue;
      const { kinks, jumps } = piecesOf(sawtooth(width, layers));
      assert.equal(kinks.length, mostKinks(width, layers));
      assert.equal(jumps, 0);
      // Neighbouring kinks lie on opposite sides, at least (k + 1)/4 from 0.
      const heights = kinks.map((x) => outputAt(sawtooth(width, layers), x));
      heights.forEach((y, i) => {
        assert.ok(Math.abs(y) >= (width + 1) / 4 - 1e-9, `${y}`);
        assert.ok(i === 0 || y * heights[i - 1]! < 0);
      });
    }
  }
  assert.equal(mostKinks(3, 5), 255);
  assert.throws(() => sawtooth(2, 3), /needs 2 layers and width 3/);
});

Deno.test("kinks that coincide count once, kinks that cancel not at all", () => {
  assert.equal(countKinks(twoLayers([1, 0, 1], [-1, 0, -1])), 0);
  assert.equal(countKinks(twoLayers([1, 0, 1], [-1, 0, 1])), 1);
  // 3x − 1 and 6x − 2 are zero at the same number, which no float64 is.
  assert.deepEqual(piecesOf(twoLayers([3, -1, 1], [6, -2, 1])).kinks, [1 / 3]);
  assert.equal(countKinks(twoLayers([3, -1, 2], [6, -2, -1])), 0);
  // As float64 numbers, 0.1 + 0.2 and 0.3 differ.
  assert.equal(countKinks(twoLayers([1, 0.3, 1], [1, 0.1 + 0.2, 1])), 2);
  assert.equal(countKinks(twoLayers([0, 5, 1], [0, -5, 1])), 0);
});

Deno.test("a unit that never fires and a layer without inputs to bend are flat", () => {
  const dead: ReluNetwork = [
    { weight: [[1], [-1]], bias: [0, 0] },
    { weight: [[-1, -1]], bias: [-1] },
    { weight: [[3]], bias: [2] },
  ];
  const { pieces } = piecesOf(dead);
  assert.deepEqual(pieces, [
    { from: -Infinity, to: Infinity, slope: 0, intercept: 2 },
  ]);
});

Deno.test("piecesOf() takes numbers of any size and refuses what is none", () => {
  const { kinks } = piecesOf(
    twoLayers([5e-324, -5e-324, 1], [1e300, -2e300, 1]),
  );
  assert.deepEqual(kinks, [1, 2]);
  assert.throws(() => countKinks(twoLayers([NaN, 0, 1])), /only finite/);
  assert.throws(() => countKinks(twoLayers([1, Infinity, 1])), /only finite/);
  assert.throws(
    () => countKinks([{ weight: [[1, 2]], bias: [0] }]),
    /has 2 inputs and 1 outputs/,
  );
});

Deno.test("float64 numbers go to integers and back without loss", () => {
  const numbers = [0, -0, 1, -1.5, 0.1, 2 ** 60, 1e300, 5e-324, Math.PI];
  const shift = commonShift(numbers);
  const under = 1n << BigInt(shift);
  for (const x of numbers) {
    assert.equal(toNumber({ over: scaled(x, shift), under }), x + 0);
  }
  assert.equal(toNumber(fraction(1n, -3n)), -1 / 3);
  assert.equal(compare(fraction(1n, 3n), fraction(-2n, -6n)), 0);
  assert.ok(compare(fraction(1n, 3n), fraction(1n, 2n)) < 0);
});
