/** Any truth table as a circuit of NANDs, and the circuit as a ReLU network. */
import type { Affine, ReluNetwork } from "./relu_network.ts";

/** Two signals that a NAND takes: below `inputs`, an input; from there on, the gates in order. */
export interface NandGate {
  readonly a: number;
  readonly b: number;
}

/** Gates in an order in which each only needs what stands before it, and the signal that is the output. */
export interface Circuit {
  readonly inputs: number;
  readonly gates: readonly NandGate[];
  readonly output: number;
}

/** Makes gates, each only once, and none for what a simpler signal says already. */
class Builder {
  readonly gates: NandGate[] = [];
  readonly #known = new Map<string, number>();

  constructor(readonly inputs: number) {}

  /** NAND of signals or of the constants `true` and `false`. */
  nand(a: number | boolean, b: number | boolean): number | boolean {
    if (a === false || b === false) return true;
    if (a === true) return b === true ? false : this.not(b);
    if (b === true) return this.not(a);
    const [low, high] = a < b ? [a, b] : [b, a];
    const key = `${low} ${high}`;
    let signal = this.#known.get(key);
    if (signal === undefined) {
      signal = this.inputs + this.gates.push({ a: low, b: high }) - 1;
      this.#known.set(key, signal);
    }
    return signal;
  }

  not(a: number): number {
    const gate = this.gates[a - this.inputs];
    if (gate && gate.a === gate.b) return gate.a;
    return this.nand(a, a) as number;
  }
}

/**
 * A circuit for a truth table: `table[row]` is the output where the bits of
 * `row`, the highest first, are the inputs. By cases of the first input,
 * `f = NAND(NAND(x, f₁), NAND(NOT x, f₀))`, and so on.
 *
 * @throws {RangeError} If the table does not have 2ⁿ rows, n from 1 to 8
 */
export function nandCircuit(table: readonly boolean[]): Circuit {
  const inputs = Math.log2(table.length);
  if (!Number.isInteger(inputs) || inputs < 1 || inputs > 8) {
    throw new RangeError(
      `Cannot build a truth table of ${table.length} rows: it needs 2, 4, 8, … or 256, one per combination of inputs`,
    );
  }
  const builder = new Builder(inputs);
  const build = (
    rows: readonly boolean[],
    input: number,
  ): number | boolean => {
    if (rows.length === 1) return rows[0]!;
    const half = rows.length / 2;
    const no = build(rows.slice(0, half), input + 1);
    const yes = build(rows.slice(half), input + 1);
    if (no === yes) return no;
    if (no === false && yes === true) return input;
    return builder.nand(
      builder.nand(input, yes),
      builder.nand(no, builder.not(input)),
    );
  };
  const found = build(table, 0);
  const output = typeof found === "number" ? found : constant(builder, found);
  return pruned({ inputs, gates: builder.gates, output });
}

/** x NAND NOT x, which is always true, or its negation. */
function constant(builder: Builder, value: boolean): number {
  const always = builder.nand(0, builder.not(0)) as number;
  return value ? always : builder.not(always);
}

/** Without gates that the output does not need. */
function pruned({ inputs, gates, output }: Circuit): Circuit {
  const needed = new Set<number>();
  const mark = (signal: number) => {
    const gate = gates[signal - inputs];
    if (!gate || needed.has(signal)) return;
    needed.add(signal);
    mark(gate.a);
    mark(gate.b);
  };
  mark(output);
  const kept = [...needed].sort((a, b) => a - b);
  const place = (signal: number) =>
    signal < inputs ? signal : inputs + kept.indexOf(signal);
  return {
    inputs,
    gates: kept.map((signal) => {
      const { a, b } = gates[signal - inputs]!;
      return { a: place(a), b: place(b) };
    }),
    output: place(output),
  };
}

/** Every signal of a circuit for given inputs. */
export function signalsOf(
  { gates }: Circuit,
  inputs: readonly boolean[],
): boolean[] {
  const signals = [...inputs];
  for (const { a, b } of gates) signals.push(!(signals[a] && signals[b]));
  return signals;
}

/** The level of every signal: 0 for inputs, else one above the higher of the two it needs. */
export function levelsOf({ inputs, gates }: Circuit): number[] {
  const levels = Array<number>(inputs).fill(0);
  for (const { a, b } of gates) {
    levels.push(1 + Math.max(levels[a]!, levels[b]!));
  }
  return levels;
}

/**
 * The circuit as a network from n bits to one bit, a layer per level and one
 * more. A gate is the unit `ReLU(a + b − 1)`, whose NAND is `1 − unit`: that map
 * is part of the next layer. A signal that is needed later is handed on by
 * `ReLU(u) = u`, as no unit is negative.
 */
export function networkOfCircuit(circuit: Circuit): ReluNetwork {
  const { inputs, gates, output } = circuit;
  const levels = levelsOf(circuit);
  const depth = levels[output]!;
  const lastUse = levels.map(() => 0);
  gates.forEach(({ a, b }, i) => {
    const level = levels[inputs + i]!;
    lastUse[a] = Math.max(lastUse[a]!, level);
    lastUse[b] = Math.max(lastUse[b]!, level);
  });
  lastUse[output] = depth + 1;
  /** Signals that the units after `level` hold. */
  const heldAt = (level: number) =>
    levels.flatMap((own, signal) =>
      own <= level && lastUse[signal]! > level ? [signal] : []
    );
  const isGate = (signal: number) => signal >= inputs;
  /** `scale · signal + offset` in terms of the units that hold `held`. */
  const add = (
    into: { row: number[]; bias: number },
    signal: number,
    held: readonly number[],
  ) => {
    const at = held.indexOf(signal);
    if (isGate(signal)) into.bias += 1;
    into.row[at]! += isGate(signal) ? -1 : 1;
  };
  const layers: Affine[] = [];
  let held = Array.from({ length: inputs }, (_, i) => i);
  for (let level = 1; level <= depth; level++) {
    const next = heldAt(level);
    const units = next.map((signal) => {
      const unit = { row: Array<number>(held.length).fill(0), bias: 0 };
      if (levels[signal] === level) {
        const { a, b } = gates[signal - inputs]!;
        add(unit, a, held);
        add(unit, b, held);
        unit.bias -= 1;
      } else unit.row[held.indexOf(signal)] = 1;
      return unit;
    });
    layers.push({
      weight: units.map(({ row }) => row),
      bias: units.map(({ bias }) => bias),
    });
    held = next;
  }
  const last = { row: Array<number>(held.length).fill(0), bias: 0 };
  add(last, output, held);
  return [...layers, { weight: [last.row], bias: [last.bias] }];
}
