import assert from "node:assert/strict";
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { DIGITS } from "../../lib/studies/computational_graph/sections/closed.ts";
import { relativeError } from "../../lib/math/compare.ts";
import { centralDifferences } from "../../lib/math/differences.ts";
import { FUNCTIONS } from "../../lib/math/expression/functions.ts";
import {
  type Graph,
  graphOf,
  MOST_NODES,
  MOST_VARIABLES,
} from "../../lib/math/expression/graph.ts";
import { FormulaError } from "../../lib/math/expression/parse.ts";
import { sweep } from "../../lib/math/expression/sweeps.ts";

const STUDIED = "log(b) / (1 + exp(a^2 + b^2))";

/** The value of a formula at a point. */
function valueOf(text: string, point: number[]): number {
  return sweep(graphOf(text), point).values.at(-1)!;
}

Deno.test("graphOf() reads operators as mathematics does", () => {
  const at = [2, 3];
  const cases: [string, number][] = [
    ["-a^2 + 0*b", -4],
    ["(-a)^2 + 0*b", 4],
    ["b^a^2", 81],
    ["a^-b", 1 / 8],
    ["-a^-b^2", -(2 ** -9)],
    ["a - b - 1", -2],
    ["a / b / 2", 1 / 3],
    ["a + b * 2 ^ 2", 14],
    ["+a - -b", 5],
    ["2e-1 * a + .5 * b + 3.", 4.9],
    ["pi*a - e*b", 2 * Math.PI - 3 * Math.E],
    ["ln(a) + sqrt(b) + relu(-a)", Math.log(2) + Math.sqrt(3)],
    ["sin(a)*cos(b) + tanh(a)", Math.sin(2) * Math.cos(3) + Math.tanh(2)],
    ["sigmoid(a - b)", 1 / (1 + Math.E)],
    [" ( ( a ) ) *\tb ", 6],
  ];
  for (const [text, expected] of cases) {
    const { error } = relativeError([valueOf(text, at)], [expected]);
    assert.ok(error < 1e-15, `${text}: ${valueOf(text, at)}, not ${expected}`);
  }
});

Deno.test("graphOf() makes equal parts one node and folds numbers", () => {
  const { nodes, variables } = graphOf("x*x + x*x + 2^3*x");
  assert.equal(variables, 1);
  assert.deepEqual(nodes.map(({ name }) => name), ["x", "v1", "v2", "v3", "z"]);
  assert.deepEqual(nodes[3], {
    name: "v3",
    operation: "*",
    operands: [{ value: 8, text: "2^3" }, { node: 0 }],
  });
  assert.deepEqual(
    graphOf("z*v + v1").nodes.map(({ name }) => name),
    ["v", "v1", "z", "u1", "y"],
  );
});

Deno.test("graphOf() says at which character a text is no formula", () => {
  const cases: [string, number, RegExp][] = [
    ["", 0, /ends too early/],
    ["a+", 2, /ends too early/],
    ["(a", 2, /ends too early/],
    ["a)", 1, /"\)" does not fit at character 2/],
    ["a b", 2, /"b" .* character 3: write products with \*/],
    ["2a", 1, /write products with \*/],
    ["a**b ? 1 : 2", 5, /"\?" does not fit/],
    ["a % b", 2, /"%"/],
    ["a = 2", 2, /"="/],
    ["a, b", 1, /","/],
    ["a;", 1, /";"/],
    ["a//b", 1, /"\/"/],
    ["a.b", 1, /"\."/],
    ["[a]", 0, /"\["/],
    ["'a'", 0, /'/],
    ["foo(a)", 0, /no function foo.* known are exp, /],
    ["1 + exp", 4, /exp at character 5 needs an argument/],
    ["exp(a, b)", 7, /takes one argument, has 2/],
    ["a + 0x10", 4, /0x10 at character 5 is no finite decimal/],
    ["a + 1e999", 4, /finite/],
    ["abcdefghi", 0, /at most 8 letters/],
    ["1 + 2", 0, /no variable/],
    ["a", 0, /no operation/],
    ["a + 💥", 4, /"💥"/],
  ];
  for (const [text, position, message] of cases) {
    assert.throws(
      () => graphOf(text),
      (error) =>
        error instanceof FormulaError && error.position === position &&
        message.test(error.message),
      text,
    );
  }
});

Deno.test("graphOf() names its limits", () => {
  const fault = (text: string, message: RegExp) =>
    assert.throws(() => graphOf(text), message);
  fault("a+".repeat(100) + "a", /201 characters, at most 200/);
  fault("a+b+c+d+f+g+h", new RegExp(`7 variables, at most ${MOST_VARIABLES}`));
  const many = Array.from({ length: 40 }, (_, i) => `a+${i}`).join("/");
  fault(many.slice(0, 199), new RegExp(`nodes, at most ${MOST_NODES}`));
});

/** Formulas of every operation that are smooth and finite for x and y in [0.5, 2]. */
const formulas = fc.letrec<{ formula: string }>((tie) => ({
  formula: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom("x", "y", "2", "0.3", "pi"),
    fc.tuple(
      fc.constantFrom(...Object.keys(FUNCTIONS)),
      tie("formula"),
    ).map(([name, a]) => `${name}(1 + sigmoid(${a}))`),
    fc.tuple(
      tie("formula"),
      fc.constantFrom("+", "-", "*", "/", "^"),
      tie("formula"),
    ).map(([a, sign, b]) => `(1+tanh(${a})^2)${sign}(1+sigmoid(${b}))`),
    tie("formula").map((a) => `-(${a})`),
  ),
})).formula;

Deno.test("sweep() agrees with central differences on 1,000 random formulas", () => {
  let checked = 0;
  fc.assert(
    fc.property(
      formulas,
      fc.double({ min: 0.5, max: 2, noNaN: true }),
      (text, x) => {
        const graph = tryGraph(`${text} + x*y`);
        if (!graph) return;
        checked++;
        const point = [x, 2.5 - x];
        const { gradients } = sweep(graph, point);
        const slopes = centralDifferences(
          (at) => sweep(graph, [...at]).values.at(-1)!,
          Float64Array.from(point),
          { step: 1e-5 },
        );
        const { error } = relativeError(gradients.slice(0, 2), slopes, {
          floor: 1,
        });
        // Differences of step h keep h² of a curvature up to about 1e3.
        assert.ok(error < 1e-6, `${text} at ${point}: ${error}`);
      },
    ),
    { numRuns: 1_000, seed: 7 },
  );
  assert.ok(checked > 500, `${checked} formulas were small enough`);
});

function tryGraph(text: string): Graph | undefined {
  try {
    return graphOf(text);
  } catch (error) {
    if (error instanceof FormulaError) return;
    throw error;
  }
}

Deno.test("sweep() records the gradients that have arrived after each step", () => {
  const graph = graphOf(STUDIED);
  const { gradients, partials, steps, values } = sweep(graph, [2, 3]);
  assert.equal(values[5], 13);
  assert.deepEqual(partials[5], [1, 1]);
  assert.deepEqual(partials[7], [0, 1]);
  assert.deepEqual(steps.at(-1)!.gradients, gradients);
  const [first] = steps;
  assert.equal(first!.node, 8);
  assert.deepEqual(
    first!.gradients.map((gradient) => gradient !== undefined),
    [false, false, true, false, false, false, false, true, true],
  );
  // b has two uses: log b and b².
  const arrivals = steps.map(({ gradients }) => gradients[1]);
  assert.equal(new Set(arrivals).size, 3);
});

Deno.test("derivatives at (2, 3) agree with 50-digit arithmetic to rounding", () => {
  const Exact = Decimal.clone({ precision: 50 });
  const z = (a: Decimal, b: Decimal) =>
    b.ln().div(a.mul(a).plus(b.mul(b)).exp().plus(1));
  const [a, b, h] = [new Exact(2), new Exact(3), new Exact("1e-20")];
  const [high, low] = [a.plus(h), a.minus(h)];
  const [right, left] = [b.plus(h), b.minus(h)];
  const digits = {
    z: z(a, b).toNumber(),
    da: z(high, b).minus(z(low, b)).div(h.mul(2)).toNumber(),
    db: z(a, right).minus(z(a, left)).div(h.mul(2)).toNumber(),
  };
  assert.deepEqual(digits, DIGITS);
  const { gradients, values } = sweep(graphOf(STUDIED), [2, 3]);
  const found = [values.at(-1)!, gradients[0]!, gradients[1]!];
  const { error } = relativeError(found, Object.values(digits));
  assert.ok(error < 1e-15, `${error}`);
});

Deno.test("graphOf() takes 10,000 texts: a graph, or an error with a place in the text", () => {
  const pieces = fc.constantFrom(
    ..."()+-*/^.,;=%!?:[]{}'\"`\\ \n".split(""),
    ..."a b x1 e pi exp( log( foo( 2 1e9 0x1 **".split(" "),
    ..."this new => // /* `${ function class 💥 ä \u2028 __proto__ constructor("
      .split(" "),
  );
  const texts = fc.oneof(
    fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.tuple(formulas, fc.nat(), pieces).map(([text, at, piece]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + piece + text.slice(place + 1);
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        const graph = graphOf(text);
        assert.ok(graph.nodes.length <= MOST_NODES);
        sweep(graph, graph.nodes.map(() => 1.5));
      } catch (error) {
        if (!(error instanceof FormulaError)) throw error;
        assert.ok(error.position >= 0 && error.position <= text.length);
      }
    }),
    { numRuns: 10_000 },
  );
});
