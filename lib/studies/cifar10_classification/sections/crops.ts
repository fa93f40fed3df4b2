import { toAugmentedFloat } from "../../../data/augmentation.ts";
import type { Random } from "../../../math/random.ts";
import { type Matrix, matrix } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";

const tex = String.raw;

const SIDE = 5;
const PADDING = 2;

/** A grey picture of bytes and how far the window is moved down and to the right. */
function drawCrop(random: Random) {
  const bytes = Uint8Array.from(
    { length: SIDE * SIDE },
    () => random.integer(1, 256),
  );
  const move = () => random.integer(0, 2 * PADDING + 1) - PADDING;
  return { bytes, top: move(), left: move() };
}

/** What the batches of the run contain, with the generator's draws replaced by the given ones. */
function crop(
  { bytes, top, left }: ReturnType<typeof drawCrop>,
): Matrix {
  const draws = [top + PADDING, left + PADDING];
  const images = { images: bytes, shape: [1, SIDE, SIDE, 1], count: 1 };
  const cropped = toAugmentedFloat(images, [0], {
    padding: PADDING,
    flip: false,
    random: { next: () => draws.shift()! },
  });
  return matrix(SIDE, SIDE, cropped);
}

/** `S_k`: 1 where the column is the row plus k. */
function shift(k: number): Matrix {
  const entries = Array.from(
    { length: SIDE * SIDE },
    (_, at) => at % SIDE === Math.floor(at / SIDE) + k ? 1 : 0,
  );
  return matrix(SIDE, SIDE, entries);
}

const lines: Line[] = [
  {
    id: "crop",
    tex:
      tex`T_{ij}(X) = S_i\, X\, S_j^\top, \qquad (S_k)_{uv} = [v = u + k], \qquad i, j \in \{-p, \dots, p\}`,
    reason:
      "Put $p$ black pixels around the picture and cut out a window of its old size at a random place, $i$ rows lower and $j$ columns further right than the picture; every channel alike.",
    check: equation({
      against: "definition",
      // The pipeline gives float32.
      tolerance: 1e-6,
      given: drawCrop,
      left: crop,
      right: ({ product, transpose }, { bytes, top, left }) => {
        const pixels = matrix(
          SIDE,
          SIDE,
          Float64Array.from(bytes, (byte) => byte / 255),
        );
        return product(product(shift(top), pixels), transpose(shift(left)));
      },
    }),
  },
  {
    id: "crop-loss",
    tex:
      tex`\min_\theta\; \frac1N \sum_{n=1}^N \frac{1}{(2p + 1)^2} \sum_{i, j = -p}^{p} L\bigl(\theta;\, T_{ij}(x_n), c_n\bigr), \qquad (2p + 1)^2 = 81`,
    reason:
      "One draw of $i$ and $j$ for each picture and epoch: in 30 epochs a picture is seldom seen twice alike, and to know one of its 81 versions by heart does not help with the others.",
  },
];

/** Random crops of training pictures. */
export const cropsSection: Section = {
  id: "crops",
  title: "Random crops",
  answers: "003, question 14",
  prose: [
    "Only training pictures are cropped: the validation set stands for the pictures that come later, and must be the same for both networks and in every epoch. A picture keeps its class, as a cat four pixels further left is a cat. To a dense layer it is another input in every pixel.",
  ],
  lines,
};
