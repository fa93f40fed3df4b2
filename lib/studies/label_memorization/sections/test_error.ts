import type { Random } from "../../../math/random.ts";
import { column, scalar } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";

const tex = String.raw;

/** Classes of the checks that go through every labelling. */
const FEW = 3;
/** Training images of those checks. */
const IMAGES = 4;

const sum = (values: readonly number[]) =>
  values.reduce((all, value) => all + value, 0);

/** Every way to label {@linkcode IMAGES} images, all equally likely. */
const labellings = Array.from(
  { length: FEW ** IMAGES },
  (_, code) =>
    Array.from(
      { length: IMAGES },
      (_, image) => Math.floor(code / FEW ** image) % FEW,
    ),
);

/** Shares of the test images whose nearest training image is each one. */
function drawShares(random: Random) {
  const drawn = random.array(IMAGES, { low: 0.1, high: 1 });
  const all = sum([...drawn]);
  return [...drawn].map((share) => share / all);
}

/** Test error if every test image near image j has class `classes[j]` and gets the label of j. */
function errorOf(
  labels: readonly number[],
  { shares, classes }: { shares: readonly number[]; classes: number[] },
): number {
  return sum(
    shares.map((share, j) => labels[j] === classes[j] ? 0 : share),
  );
}

const drawNeighbours = (random: Random) => ({
  shares: drawShares(random),
  classes: Array.from({ length: IMAGES }, () => random.integer(0, FEW)),
});

/** Classes C, a share r of random labels and an error e without them. */
const drawCopy = (random: Random) => ({
  classes: random.integer(2, 12),
  ratio: random.uniform(0.1, 0.9),
  error: random.uniform(0.05, 0.4),
});

/** Chance that a copied label is wrong, over the class of the image it is copied from and its label. */
function copyError(
  { classes, ratio, error }: ReturnType<typeof drawCopy>,
): number {
  const truth = 0;
  let wrong = 0;
  for (let from = 0; from < classes; from++) {
    const near = from === truth ? 1 - error : error / (classes - 1);
    for (let label = 0; label < classes; label++) {
      const kept = label === from ? 1 - ratio : 0;
      if (label !== truth) wrong += near * (kept + ratio / classes);
    }
  }
  return wrong;
}

const lines: Line[] = [
  {
    id: "wrong-labels",
    tex:
      tex`\Pr(\text{label} \ne \text{class}) = r \Bigl(1 - \frac1C\Bigr) = 0.9\, r`,
    reason:
      "A random label hits the class by chance once in $C = 10$ times; at $r = 1$ one label in ten is still right.",
    check: equation({
      against: "definition",
      given: drawCopy,
      left: (at) => scalar(copyError({ ...at, error: 0 })),
      right: ({ minus, product, quotient }, { classes, ratio }) => {
        const chance = quotient(scalar(1), scalar(classes));
        return product(scalar(ratio), minus(scalar(1), chance));
      },
    }),
  },
  {
    id: "copied-label",
    tex:
      tex`E(r) = (1 - r)\, E(0) + r \Bigl(1 - \frac1C\Bigr) = (1 - r)\, E(0) + 0.9\, r`,
    reason:
      "The test error of a network that answers with the label of one training image, an image of another class with probability $E(0)$. Who copies pays for every wrong label; a network that lets several images vote stays below this line, down to $E(0)$, as long as the true labels are the majority.",
    check: equation({
      against: "definition",
      given: drawCopy,
      left: (at) => scalar(copyError(at)),
      right: (algebra, { classes, ratio, error }) => {
        const { minus, plus, product, quotient } = algebra;
        const one = scalar(1);
        const clean = product(minus(one, scalar(ratio)), scalar(error));
        const guess = minus(one, quotient(one, scalar(classes)));
        return plus(clean, product(scalar(ratio), guess));
      },
    }),
  },
  {
    id: "chance-error",
    tex: tex`r = 1: \qquad \mathbb E\, E = 1 - \frac1C = 90\,\%`,
    reason:
      "Random labels carry nothing about the images, and a rule that treats all classes alike answers each with probability $1/C$: here the nearest image's label, averaged over every labelling.",
    check: equation({
      against: "definition",
      given: drawNeighbours,
      left: (at) =>
        scalar(
          sum(labellings.map((labels) => errorOf(labels, at))) /
            labellings.length,
        ),
      right: ({ minus, quotient }) =>
        minus(scalar(1), quotient(scalar(1), scalar(FEW))),
    }),
  },
  {
    id: "scatter",
    tex:
      tex`r = 1: \qquad \operatorname{Var} E = \frac1C \Bigl(1 - \frac1C\Bigr) \sum_j p_j^2 \;\ge\; \frac{0.09}{N}`,
    reason:
      "$p_j$ is the share of test images next to training image $j$, all of one class: they are guessed together, by one label. The error of a single network scatters around 90 % however many images it is tested on, with a standard deviation of at least 2.1 % for $N = 200$ and 0.4 % for $N = 6000$. The mean over several networks scatters less.",
    check: equation({
      against: "definition",
      given: drawNeighbours,
      left: (at) => {
        const errors = labellings.map((labels) => errorOf(labels, at));
        const mean = sum(errors) / errors.length;
        return scalar(
          sum(errors.map((error) => (error - mean) ** 2)) / errors.length,
        );
      },
      right: (algebra, { shares }) => {
        const { minus, product, quotient, transpose } = algebra;
        const chance = quotient(scalar(1), scalar(FEW));
        const p = column(shares);
        const one = product(chance, minus(scalar(1), chance));
        return product(one, product(transpose(p), p));
      },
    }),
  },
];

/** What becomes of new images. */
export const testErrorSection: Section = {
  id: "test-error",
  title: "The error on new images",
  answers: "000, problem 6; 001, section 6",
  lines,
};
