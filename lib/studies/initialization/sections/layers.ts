import type { Random } from "../../../math/random.ts";
import { column, scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { draw } from "../../../study/derivation/oracle.ts";
import { gaussianMean, lastLayer, unitOf } from "./gaussian.ts";

const tex = String.raw;

/** Width at which the means over all weights of three layers are still few sums. */
const WIDTH = 2;

function drawDeviation(random: Random): number {
  return random.uniform(0.3, 0.9);
}

/** `E f(z)` of one unit of layer `depth`. */
function meanInLayer(
  { depth, deviation, width = WIDTH }: {
    depth: number;
    deviation: number;
    width?: number;
  },
  f: (preActivation: number) => number,
): number {
  const dimensions = width + (depth - 1) * width ** 2 + width;
  const setting = { width, depth, deviation, units: 1 };
  return gaussianMean(
    dimensions,
    (z) => f(lastLayer(z, setting)[0]!),
    // Second moments are of degree 2 in every weight.
    { nodes: 2 },
  );
}

const square = (z: number) => z * z;

const lines: Line[] = [
  {
    id: "second-layer",
    tex:
      tex`\mathbb E z^{(2)} = 0, \qquad \operatorname{Var} z^{(2)} = M \sigma^2\, \mathbb E \operatorname{ReLU}\bigl(z^{(1)}\bigr)^2 = \tfrac12 (M \sigma^2)^2`,
    reason:
      "The inputs are now the $y_m = \\operatorname{ReLU}(z^{(1)}_m)$: their second moment $\\tfrac12 M\\sigma^2$ takes the place of 1. Their mean is not 0, but that of the weights is, and no more is needed.",
    check: equation({
      against: "definition",
      given: drawDeviation,
      left: (deviation) =>
        column([
          meanInLayer({ depth: 2, deviation }, (z) => z),
          meanInLayer({ depth: 2, deviation }, square),
        ]),
      right: ({ product, scale }, deviation) => {
        const squared = product(scalar(deviation), scalar(deviation));
        const variance = scale(WIDTH ** 2 / 2, product(squared, squared));
        return product(column([0, 1]), variance);
      },
    }),
  },
  {
    id: "recursion",
    tex:
      tex`q_\ell := \operatorname{Var} z^{(\ell)}: \qquad q_1 = M\sigma^2, \qquad q_{\ell+1} = \tfrac12 M \sigma^2\, q_\ell`,
    reason:
      "Given the layer below, $z^{(\\ell+1)}$ is symmetric with variance $\\sigma^2 \\lVert y^{(\\ell)} \\rVert^2$, and half of $M q_\\ell$ is what $\\lVert y^{(\\ell)} \\rVert^2$ is on average.",
    check: equation({
      against: "definition",
      given: drawDeviation,
      left: (deviation) => scalar(meanInLayer({ depth: 3, deviation }, square)),
      right: ({ product, scale }, deviation) => {
        const below = meanInLayer({ depth: 2, deviation }, square);
        const factor = scale(WIDTH / 2, scalar(deviation ** 2));
        return product(factor, scalar(below));
      },
    }),
  },
  {
    id: "depth",
    tex:
      tex`q_L = M\sigma^2 \Bigl(\frac{M \sigma^2}{2}\Bigr)^{L-1}, \qquad q_L = q_1 \iff \sigma^2 = \frac2M`,
    reason:
      "The recursion is a geometric sequence. At $\\sigma^2 = 1/M$ it halves from layer to layer, at $4/M$ it doubles: after 50 layers that is $2^{-49}$ or $2^{49}$, and sooner or later a float32 is 0 or infinite.",
    check: equation({
      against: "definition",
      given: drawDeviation,
      left: (deviation) =>
        column([
          meanInLayer({ depth: 3, deviation }, square),
          // At the threshold: the first layer's variance after three layers.
          meanInLayer({ depth: 3, deviation: Math.sqrt(2 / WIDTH) }, square),
        ]),
      right: ({ plus, product, scale }, deviation) => {
        const squared = product(scalar(deviation), scalar(deviation));
        const first = scale(WIDTH, squared);
        const growth = scale((WIDTH / 2) ** 2, product(squared, squared));
        const last = product(first, growth);
        const threshold = scale(WIDTH, scalar(2 / WIDTH));
        return plus(
          product(column([1, 0]), last),
          product(column([0, 1]), threshold),
        );
      },
    }),
  },
  {
    id: "xavier",
    tex:
      tex`w_m \sim \mathcal N\Bigl(0, \frac1{d_{\text{in}}}\Bigr): \qquad \operatorname{Var} z = d_{\text{in}} \cdot \frac1{d_{\text{in}}} \cdot \mathbb E x^2 = \mathbb E x^2`,
    reason:
      "Without a rectifier nothing is halved, so $1/d_{\\text{in}}$ keeps the variance: Xavier's choice, right for linear layers and, near 0, for tanh. Behind a ReLU it is half of what is needed.",
    check: equation({
      against: "definition",
      given: (random) => ({
        inputs: random.integer(2, 4),
        size: random.uniform(0.3, 0.9),
      }),
      left: ({ inputs, size }) =>
        scalar(gaussianMean(2 * inputs, (z) => {
          const y = z.subarray(0, inputs).map((x) => size * x);
          const deviation = 1 / Math.sqrt(inputs);
          return square(unitOf(z, { from: inputs, unit: 0, deviation, y }));
        })),
      right: ({ product }, { size }) => product(scalar(size), scalar(size)),
    }),
  },
  {
    id: "spread",
    tex:
      tex`\mathbb E \lVert z \rVert^4 = \sigma^4 (M^2 + 2M) \lVert y \rVert^4, \qquad \mathbb E \lVert \operatorname{ReLU}(z) \rVert^4 = \tfrac14 \sigma^4 (M^2 + 5M) \lVert y \rVert^4; \qquad \sigma^2 = \frac2M: \quad \frac{\mathbb E \lVert z^{(\ell)} \rVert^4}{(\mathbb E \lVert z^{(\ell)} \rVert^2)^2} = \Bigl(1 + \frac2M\Bigr)^{\!2} \Bigl(1 + \frac5M\Bigr)^{\!\ell - 1}`,
    reason:
      "One network strays from the mean over networks: given the layer $y$ below, the $M$ units $z$ are independent and normal, which gives the first two means (checked), and their product, layer by layer, the third. So narrow deep networks scatter, and this many must be averaged.",
    check: equation({
      against: "definition",
      given: (random) => ({
        y: draw(random, [WIDTH, 1]),
        deviation: drawDeviation(random),
      }),
      left: ({ y, deviation }) => {
        const fourth = (f: (z: number) => number) =>
          gaussianMean(WIDTH ** 2, (z) => {
            const units = Array.from(
              { length: WIDTH },
              (_, unit) =>
                f(unitOf(z, { from: 0, unit, deviation, y: y.data })),
            );
            return units.reduce((sum, one) => sum + one * one, 0) ** 2;
          });
        return column([fourth((z) => z), fourth((z) => Math.max(z, 0))]);
      },
      right: ({ product, scale, transpose }, { y, deviation }) => {
        const norm = product(transpose(y), y);
        const factors = column([
          WIDTH ** 2 + 2 * WIDTH,
          (WIDTH ** 2 + 5 * WIDTH) / 4,
        ]);
        return product(factors, scale(deviation ** 4, product(norm, norm)));
      },
    }),
  },
];

/** Variance through layers of equal width. */
export const layersSection: Section = {
  id: "layers",
  title: "Layer upon layer",
  answers: "004, exercise 3 (c), (d); 002, section 4 (c)",
  prose: [
    "All layers have $M$ units; layer 1 gets the inputs above, layer $\\ell + 1$ the rectified units of layer $\\ell$. The means are over inputs and all weights; no step needs $M$ to be large.",
  ],
  lines,
};
