import { sizeOf } from "../../../core/shape.ts";
import { backward, constant } from "../../../math/autodiff.ts";
import { mul, sum } from "../../../math/operations.ts";
import type { Random } from "../../../math/random.ts";
import { type Matrix, ones } from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import {
  draw,
  gradientOf,
  toVariable,
} from "../../../study/derivation/oracle.ts";
import {
  defined,
  drawConvolution,
  type Drawn,
  gatherMatrix,
  outputBy,
  outputOf,
  reshaped,
} from "./windows.ts";

const tex = String.raw;

/** A three-dimensional convolution, `D = ∂J/∂Z` [windows, C′], and what follows from it by reverse mode. */
interface Volume {
  readonly given: Drawn;
  readonly D: Matrix;
  readonly dX: Matrix;
  readonly dK: Matrix;
  readonly db: Matrix;
}

/** With `J = Σ D ⊙ Z`, so that `D` is the gradient by `Z`. */
function drawVolume(random: Random): Volume {
  const given = drawConvolution(random, 3);
  const D = draw(random, [sizeOf(outputOf(given)), given.channels]);
  const [x, K, b] = [given.x, given.K, given.b].map(toVariable) as [
    ReturnType<typeof toVariable>,
    ReturnType<typeof toVariable>,
    ReturnType<typeof toVariable>,
  ];
  const z = defined(given, { x, K, b });
  backward(sum(mul(z, constant(D.data, z.shape))));
  return {
    given,
    D,
    dX: gradientOf(x),
    dK: gradientOf(K),
    db: gradientOf(b),
  };
}

/** Rows of a window's taps, [windows, taps·C], from one row per tap. */
const byWindow = ({ given }: Volume, gathered: Matrix) =>
  reshaped(gathered, gathered.data.length / given.K.columns);

const lines: Line[] = [
  {
    id: "volume-forward",
    tex:
      tex`Z_{p,i,j,q} = b_p + \sum_{p'} \sum_{m,n,r} K_{p,p',m,n,r}\, X_{p',\,i+m,\,j+n,\,q+r} \qquad\Longleftrightarrow\qquad Z = \mathcal U(X)\, K^\top + \mathbf 1 b^\top`,
    reason:
      "A third axis adds a third sum; as a product of matrices nothing changes but what $\\mathcal U$ gathers: windows of $k^3 C$ numbers. Strides and padding act on each axis as before.",
    check: equation({
      against: "definition",
      given: drawVolume,
      left: ({ given }) => outputBy(given),
      right: ({ plus, product, transpose }, volume) => {
        const { K, x, b } = volume.given;
        const rows = byWindow(volume, product(gatherMatrix(volume.given), x));
        return plus(
          product(rows, transpose(K)),
          product(ones(rows.rows), transpose(b)),
        );
      },
    }),
  },
  {
    id: "volume-kernel-gradient",
    tex:
      tex`D := \frac{\partial J}{\partial Z}: \qquad \frac{\partial J}{\partial K} = D^\top\, \mathcal U(X), \qquad \frac{\partial J}{\partial b} = D^\top \mathbf 1`,
    reason:
      "The rules of a dense layer whose examples are the windows: every window uses the same kernel, so its gradients add up.",
    check: equation({
      against: "reverse mode",
      given: drawVolume,
      left: ({ dK, db }) => [dK, db],
      right: ({ product, transpose }, volume) => {
        const { given, D } = volume;
        const rows = byWindow(volume, product(gatherMatrix(given), given.x));
        return [
          product(transpose(D), rows),
          product(transpose(D), ones(D.rows)),
        ];
      },
    }),
  },
  {
    id: "volume-input-gradient",
    tex:
      tex`\frac{\partial J}{\partial X} = \mathcal U^\top (D K), \qquad \frac{\partial J}{\partial X_{p',a}} = \sum_{p} \sum_{i \,:\, 0 \le a - si + P < k} D_{p,i}\, K_{p,p',\,a-si+P}`,
    reason:
      "$DK$ is the gradient of every number in every window; the transpose of gathering adds up, at each voxel $a$, what all windows that read it say.",
    check: equation({
      against: "reverse mode",
      given: drawVolume,
      left: ({ dX }) => dX,
      right: ({ product, transpose }, { given, D }) => {
        const U = gatherMatrix(given);
        return product(transpose(U), reshaped(product(D, given.K), U.rows));
      },
    }),
  },
];

/** Convolution of volumes, forward and backward. */
export const volumeSection: Section = {
  id: "volume",
  title: "Three dimensions",
  answers: "002, section 5 (e)",
  prose: [
    "Volumes, as scans or short films, have three axes. The source writes the forward pass; the backward pass is what training needs, and the run below compares both on the GPU with float64.",
  ],
  lines,
};
