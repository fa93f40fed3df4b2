import assert from "node:assert/strict";
import { gates, nandOfBits } from "../../lib/math/gates.ts";
import {
  levelsOf,
  nandCircuit,
  networkOfCircuit,
  signalsOf,
} from "../../lib/math/nand.ts";
import { outputAt, outputsAt } from "../../lib/math/relu_network.ts";

/** Multiples of 2⁻⁵ from −2 to 2, on which all sums are exact. */
const axis = Array.from({ length: 129 }, (_, i) => (i - 64) / 32);

Deno.test("gates are positive where their statement holds, on a dense grid and on the axes", () => {
  for (const { name, network, truth } of gates) {
    for (const x1 of axis) {
      for (const x2 of axis) {
        const [f] = outputsAt(network, [x1, x2]);
        assert.equal(f! > 0, truth(x1, x2), `${name} at ${x1}, ${x2}: ${f}`);
        assert.ok(f! >= 0, `${name} is negative`);
      }
    }
  }
});

Deno.test("gates keep to the layers and widths that are asked for", () => {
  const sizes = Object.fromEntries(
    gates.map(({ name, network }) => [
      name,
      network.slice(0, -1).map(({ bias }) => bias.length),
    ]),
  );
  assert.deepEqual(sizes.OR, [2]);
  assert.deepEqual(sizes["XOR, three layers"], [4, 4]);
  assert.deepEqual(sizes["XOR, two layers"], [3]);
});

Deno.test("gates hold next to the axes, until a sum of the inputs rounds", () => {
  const [or, , xor, short] = gates;
  const tiny = 2 ** -40;
  for (const gate of [or!, xor!, short!]) {
    for (const [x1, x2] of [[tiny, -1], [-tiny, 1], [1, -tiny]] as const) {
      const [f] = outputsAt(gate.network, [x1, x2]);
      assert.equal(f! > 0, gate.truth(x1, x2));
    }
  }
  // 1 − 2⁻⁶⁰ is 1 in float64, so the difference is lost.
  assert.equal(outputsAt(short!.network, [1, -(2 ** -60)])[0], 0);
});

Deno.test("NAND of bits is a bit", () => {
  for (const a of [0, 1]) {
    for (const b of [0, 1]) {
      assert.deepEqual(outputsAt(nandOfBits, [a, b]), [a && b ? 0 : 1]);
    }
  }
});

/** All truth tables of n inputs. */
function* tables(inputs: number): Generator<boolean[]> {
  const rows = 2 ** inputs;
  for (let code = 0; code < 2 ** rows; code++) {
    yield Array.from({ length: rows }, (_, row) => (code >> row & 1) === 1);
  }
}

const bitsOf = (row: number, inputs: number) =>
  Array.from({ length: inputs }, (_, i) => row >> (inputs - 1 - i) & 1);

Deno.test("every truth table of one, two and three inputs is a circuit of NANDs and an exact network", () => {
  let most = 0;
  for (const inputs of [1, 2, 3]) {
    for (const table of tables(inputs)) {
      const circuit = nandCircuit(table);
      const network = networkOfCircuit(circuit);
      most = Math.max(most, circuit.gates.length);
      assert.equal(network.length, levelsOf(circuit)[circuit.output]! + 1);
      table.forEach((value, row) => {
        const bits = bitsOf(row, inputs);
        const signals = signalsOf(circuit, bits.map(Boolean));
        assert.equal(signals[circuit.output], value, `${table} at ${bits}`);
        assert.deepEqual(outputsAt(network, bits), [Number(value)]);
      });
    }
  }
  assert.ok(most <= 15, `${most} gates`);
});

Deno.test("circuits and their networks have nothing twice and nothing in vain", () => {
  for (const table of tables(3)) {
    const { inputs, gates, output } = nandCircuit(table);
    const keys = gates.map(({ a, b }) => `${a} ${b}`);
    assert.equal(new Set(keys).size, keys.length);
    const used = new Set(gates.flatMap(({ a, b }) => [a, b]).concat(output));
    gates.forEach((_, i) => assert.ok(used.has(inputs + i), `${table}`));
    const network = networkOfCircuit({ inputs, gates, output });
    network.slice(0, -1).forEach(({ bias }, layer) =>
      bias.forEach((_, unit) =>
        assert.ok(
          network[layer + 1]!.weight.some((row) => row[unit] !== 0),
          `${table}: a unit of layer ${layer + 1} is handed on in vain`,
        )
      )
    );
  }
});

Deno.test("nandCircuit() says what a truth table must be", () => {
  assert.throws(() => nandCircuit([true]), /1 rows: it needs 2, 4, 8/);
  assert.throws(() => nandCircuit([true, false, true]), /3 rows/);
  assert.deepEqual(nandCircuit([false, true]), {
    inputs: 1,
    gates: [],
    output: 0,
  });
  assert.equal(outputAt(networkOfCircuit(nandCircuit([true, false])), 1), 0);
});
