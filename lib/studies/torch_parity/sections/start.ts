import { TorchRandom } from "../../../core/random.ts";
import {
  column,
  matrix,
  ones,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";

const tex = String.raw;

const lines: Line[] = [
  {
    id: "uniform",
    tex:
      tex`w = \operatorname{fl}\bigl(2^{-24}\,(r \bmod 2^{24})\,(b - a) + a\bigr), \qquad r \in \{0, \dots, 2^{32} - 1\} \text{ from mt19937}`,
    reason:
      "A uniform number on $[a, b)$ takes the low 24 bits of one draw, exactly a float32, and one rounding; so the first weights are equal bit for bit.",
    check: equation({
      against: "definition",
      // One float32 rounding of the left side.
      tolerance: 2 ** -24,
      given: (random) => ({
        seed: random.integer(0, 2 ** 31),
        bound: Math.fround(1 / Math.sqrt(random.integer(2, 800))),
      }),
      left: ({ seed, bound }) =>
        column(new TorchRandom(seed).uniform(32, -bound, bound)),
      right: ({ plus, scale }, { seed, bound }) => {
        const torch = new TorchRandom(seed);
        const draws = column(
          Array.from({ length: 32 }, () => torch.next() % 2 ** 24),
        );
        return plus(
          scale(2 ** -24 * 2 * bound, draws),
          scale(-bound, ones(32)),
        );
      },
    }),
  },
  {
    id: "bound",
    tex:
      tex`a = \underbrace{\sqrt{\frac{2}{1 + (\sqrt5)^2}}}_{\text{gain}} \cdot \sqrt{\frac{3}{n}} = \frac{1}{\sqrt n}, \qquad W_{ij}, b_i \sim U(-a, a)`,
    reason:
      "PyTorch's default for a linear layer with $n$ inputs is kaiming_uniform_ with negative slope $\\sqrt5$, and the gain cancels the 3.",
    check: equation({
      against: "definition",
      given: (random) => random.integer(1, 5000),
      left: (n) =>
        scalar(Math.sqrt(2 / (1 + Math.sqrt(5) ** 2)) * Math.sqrt(3 / n)),
      right: ({ quotient, root }, n) => quotient(scalar(1), root(scalar(n))),
    }),
  },
  {
    id: "variance",
    tex:
      tex`\operatorname{Var} W_{ij} = \frac{1}{2a} \int_{-a}^{a} w^2\, dw = \frac{a^2}{3} = \frac{1}{3n}`,
    reason: "The second moment of a uniform distribution around zero.",
    check: equation({
      against: "definition",
      given: (random) => random.integer(1, 5000),
      // Simpson's rule on [0, a] is exact for a square.
      left: (n) => {
        const a = 1 / Math.sqrt(n);
        return scalar((0 + 4 * (a / 2) ** 2 + a ** 2) / 6);
      },
      right: ({ quotient, scale }, n) =>
        quotient(scalar(1), scale(3, scalar(n))),
    }),
  },
  {
    id: "first-logits",
    tex:
      tex`\operatorname{Var}(w^\top h + b) = \frac{\lVert h \rVert^2 + 1}{3n} \qquad \text{for a fixed input } h \in \mathbb R^n`,
    reason:
      "Weights and bias are independent with mean zero, so variances add up; the first logits are small.",
    check: equation({
      against: "definition",
      given: (random) => draw(random, [random.integer(2, 8), 1]),
      // Two points ±a/√3 per number integrate squares exactly: all 2^(n+1) sign patterns.
      left: ({ data, rows }) => {
        const node = 1 / Math.sqrt(3 * rows);
        const terms = [...data, 1];
        const patterns = 2 ** terms.length;
        let sum = 0;
        for (let pattern = 0; pattern < patterns; pattern++) {
          const z = terms.reduce(
            (z, h, i) => z + (pattern >> i & 1 ? node : -node) * h,
            0,
          );
          sum += z * z;
        }
        return scalar(sum / patterns);
      },
      right: ({ plus, product, quotient, scale, transpose }, h) =>
        quotient(
          plus(product(transpose(h), h), scalar(1)),
          scale(3, scalar(h.rows)),
        ),
    }),
  },
  {
    id: "order",
    tex:
      tex`\pi_j \leftrightarrow \pi_{j + (r_j \bmod (N - j))} \quad (j = 0, \dots, N - 2), \qquad \text{batch } k = \{\pi_{Bk}, \dots, \pi_{Bk + B - 1}\}`,
    reason:
      "The sampler's seed is the fourth draw of the default generator at the start of an epoch, its $r_j$ shuffle $0, \\dots, N - 1$ from the front, and each run of $B$ is a batch.",
    check: equation({
      against: "definition",
      given: (random) => random.integer(0, 2 ** 31),
      left: (seed) => {
        const order = new TorchRandom(seed).dataLoaderOrder(9);
        return column(Array.from(order));
      },
      right: ({ product }, seed) => {
        const torch = new TorchRandom(seed);
        const [, , , samplerSeed] = Array.from(
          { length: 4 },
          () => torch.next(),
        );
        const sampler = new TorchRandom(samplerSeed);
        let order = column([0, 1, 2, 3, 4, 5, 6, 7, 8]);
        for (let j = 0; j < 8; j++) {
          const other = j + sampler.next() % (9 - j);
          order = product(swap(9, [j, other]), order);
        }
        return order;
      },
    }),
  },
];

/** The permutation matrix that exchanges two entries. */
function swap(size: number, [i, j]: [number, number]) {
  const entries = Array.from({ length: size * size }, (_, at) => {
    const [row, from] = [Math.floor(at / size), at % size];
    const source = row === i ? j : row === j ? i : row;
    return from === source ? 1 : 0;
  });
  return matrix(size, size, entries);
}

/** Initialization and sampling. */
export const startSection: Section = {
  id: "start",
  title: "The same start",
  prose: [
    "Everything random comes from one generator, so one seed fixes the first weights and the order of the examples, provided that every draw is made in PyTorch's order: the weight and bias of each layer as it is built, then two 64-bit seeds per epoch.",
  ],
  lines,
};
