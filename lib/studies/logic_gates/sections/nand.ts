import { nandGate } from "../../../math/gates.ts";
import { nandCircuit, networkOfCircuit } from "../../../math/nand.ts";
import type { Random } from "../../../math/random.ts";
import { outputsAt } from "../../../math/relu_network.ts";
import {
  type Algebra,
  type Matrix,
  matrix,
  ones,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { grid, truthOf } from "./grid.ts";
import { coordinate } from "./or.ts";

const tex = String.raw;

/** All rows of a truth table of n inputs, one per column, as 0 and 1: [n, 2ⁿ]. */
function rowsOf(inputs: number): Matrix {
  const rows = 2 ** inputs;
  return matrix(
    inputs,
    rows,
    Array.from({ length: inputs * rows }, (_, at) => {
      const [i, row] = [Math.floor(at / rows), at % rows];
      return row >> (inputs - 1 - i) & 1;
    }),
  );
}

/** A row of a matrix. */
function bit({ columns, data }: Matrix, i: number): Matrix {
  return matrix(1, columns, data.subarray(i * columns, (i + 1) * columns));
}

/** `1 − ReLU(a + b − 1)`. */
function nand({ minus, plus, relu }: Algebra, a: Matrix, b: Matrix): Matrix {
  const one = ones(1, a.columns);
  return minus(one, relu(minus(plus(a, b), one)));
}

/** What a function says of every column of bits. */
function tableOf(x: Matrix, f: (...bits: boolean[]) => boolean): Matrix {
  const { rows, columns, data } = x;
  return matrix(
    1,
    columns,
    Array.from({ length: columns }, (_, column) =>
      Number(f(...Array.from(
        { length: rows },
        (_, i) => data[i * columns + column] === 1,
      )))),
  );
}

/** A random truth table of three inputs that is not constant. */
function drawTable(random: Random): boolean[] {
  const code = random.integer(1, 255);
  return Array.from({ length: 8 }, (_, row) => (code >> row & 1) === 1);
}

const lines: Line[] = [
  {
    id: "nand-plane",
    tex:
      tex`\operatorname{ReLU}(-x_1) + \operatorname{ReLU}(-x_2) > 0 \iff \text{not } (x_1 \ge 0 \;\text{ and }\; x_2 \ge 0)`,
    reason:
      "Part (c), on the plane: OR of the turned inputs. The boundary matters: $\\{f > 0\\}$ is open for every continuous $f$, and “not both positive” is a closed set, so only NAND of “not negative” can be had exactly.",
    check: equation({
      against: "definition",
      given: () => grid,
      left: (x) => truthOf(x, nandGate.truth),
      right: ({ plus, relu, scale, step }, x) =>
        step(
          plus(
            relu(scale(-1, coordinate(x, 0))),
            relu(scale(-1, coordinate(x, 1))),
          ),
        ),
    }),
  },
  {
    id: "nand-bits",
    tex:
      tex`\operatorname{NAND}(a, b) = 1 - \operatorname{ReLU}(a + b - 1), \qquad a, b \in \{0, 1\}`,
    reason:
      "On bits, one unit is enough, and the output is a bit again, exactly: it can be the input of the next gate.",
    check: equation({
      against: "definition",
      given: () => rowsOf(2),
      left: (x) => tableOf(x, (a, b) => !(a && b)),
      right: (algebra, x) => nand(algebra, bit(x, 0), bit(x, 1)),
    }),
  },
  {
    id: "not-and-or",
    tex: tex`\begin{aligned}
\operatorname{NOT}(a) &= \operatorname{NAND}(a, a) \\
\operatorname{AND}(a, b) &= \operatorname{NOT}(\operatorname{NAND}(a, b)) \\
\operatorname{OR}(a, b) &= \operatorname{NAND}(\operatorname{NOT}(a), \operatorname{NOT}(b))
\end{aligned}`,
    reason:
      "Each is checked on all rows of its truth table, as a network of ReLU units.",
    check: equation({
      against: "definition",
      given: () => rowsOf(2),
      left: (x) => [
        tableOf(x, (a) => !a),
        tableOf(x, (_, b) => !b),
        tableOf(x, (a, b) => a! && b!),
        tableOf(x, (a, b) => a! || b!),
      ],
      right: (algebra, x) => {
        const [a, b] = [bit(x, 0), bit(x, 1)];
        const [notA, notB] = [nand(algebra, a, a), nand(algebra, b, b)];
        const notBoth = nand(algebra, a, b);
        return [
          notA,
          notB,
          nand(algebra, notBoth, notBoth),
          nand(algebra, notA, notB),
        ];
      },
    }),
  },
  {
    id: "cases",
    tex:
      tex`f(x, y, \dots) = \operatorname{NAND}\Bigl(\operatorname{NAND}\bigl(x, f(1, y, \dots)\bigr),\; \operatorname{NAND}\bigl(\operatorname{NOT}(x), f(0, y, \dots)\bigr)\Bigr)`,
    reason:
      "By cases of the first input; the check takes all rows of $x$, $f(1, \\dots)$ and $f(0, \\dots)$. Repeated for every input, it turns any truth table into NANDs.",
    check: equation({
      against: "definition",
      given: () => rowsOf(3),
      left: (rows) => [
        tableOf(rows, (x) => !x),
        tableOf(rows, (x, yes, no) => x ? yes! : no!),
      ],
      right: (algebra, rows) => {
        const [x, yes, no] = [bit(rows, 0), bit(rows, 1), bit(rows, 2)];
        const not = nand(algebra, x, x);
        const either = nand(
          algebra,
          nand(algebra, x, yes),
          nand(algebra, not, no),
        );
        return [not, either];
      },
    }),
  },
  {
    id: "any-table",
    tex:
      tex`f(x) = \sum_{r:\, t_r = 1}\; \prod_{i=1}^n \bigl(r_i x_i + (1 - r_i)(1 - x_i)\bigr), \qquad x \in \{0, 1\}^n`,
    reason:
      "So a network computes any truth table $t$: a level of gates is a hidden layer of units $u = \\operatorname{ReLU}(a + b - 1)$, the map $1 - u$ is part of the next layer, and what is needed later is handed on by $\\operatorname{ReLU}(u) = u$. The check compares the network of a random table of three inputs with the table, written as a sum over its rows; the tests do so for all 256.",
    check: equation({
      against: "definition",
      given: drawTable,
      left: (table) => {
        const network = networkOfCircuit(nandCircuit(table));
        const { rows, columns, data } = rowsOf(3);
        const outputs = Array.from({ length: columns }, (_, column) => {
          const bits = Array.from(
            { length: rows },
            (_, i) => data[i * columns + column]!,
          );
          return outputsAt(network, bits)[0]!;
        });
        return matrix(1, columns, outputs);
      },
      right: ({ hadamard, minus, plus }, table) => {
        const x = rowsOf(3);
        const literal = (i: number, row: number) =>
          x.data[i * 8 + row]
            ? bit(x, i)
            : minus(ones(1, x.columns), bit(x, i));
        const products = [0, 1, 2, 3, 4, 5, 6, 7]
          .filter((row) => table[row])
          .map((row) =>
            hadamard(
              hadamard(literal(0, row), literal(1, row)),
              literal(2, row),
            )
          );
        return products.reduce(plus);
      },
    }),
  },
];

/** NAND, and everything from it. */
export const nandSection: Section = {
  id: "nand",
  title: "NAND, and any truth table",
  answers: "003, question 7 (c)",
  lines,
  interactive: "truth-table",
};
