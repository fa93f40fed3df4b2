import type { Random } from "../../../math/random.ts";
import type { Sliding } from "../../../math/receptive_field.ts";
import {
  column,
  type Matrix,
  matrix,
  scalar,
} from "../../../study/derivation/algebra.ts";
import { equation } from "../../../study/derivation/check.ts";
import type { Line } from "../../../study/derivation/line.ts";
import type { Section } from "../../../study/page.ts";
import { drawLayers, trace } from "./trace.ts";

const tex = String.raw;

/** First pixel, number of pixels, and pixels from one unit to the next, by definition. */
function measure(layers: readonly Sliding[], unit: number) {
  const seen = trace(layers, unit);
  const first = seen[0]!;
  return {
    first: scalar(first),
    size: scalar(seen.length),
    jump: scalar(trace(layers, unit + 1)[0]! - first),
  };
}

/** A chain, one of its units, and what a unit sees with and without the last layer. */
function drawChain(random: Random) {
  const layers = drawLayers(random);
  const unit = random.integer(1, 8);
  const last = layers.at(-1)!;
  const at = (of: (layer: Sliding) => number) => column(layers.map(of));
  return {
    unit: scalar(unit),
    kernel: scalar(last.kernel),
    stride: scalar(last.stride),
    padding: scalar(last.padding),
    extents: at(({ kernel }) => kernel - 1),
    paddings: at(({ padding }) => padding),
    strides: at(({ stride }) => stride),
    before: measure(layers.slice(0, -1), 0),
    after: measure(layers, 0),
    seen: measure(layers, unit),
  };
}

/** A window by itself. */
function drawWindow(random: Random) {
  const [layer] = drawLayers(random);
  const unit = random.integer(1, 8);
  return { layer: layer!, unit, seen: trace([layer!], unit) };
}

/** Products of the strides before each layer: 1, s₁, s₁s₂, …; [L, 1]. */
function jumps(
  product: (a: Matrix, b: Matrix) => Matrix,
  strides: Matrix,
): Matrix {
  const values = [scalar(1)];
  for (const stride of strides.data.subarray(0, -1)) {
    values.push(product(values.at(-1)!, scalar(stride)));
  }
  return matrix(values.length, 1, values.map(({ data }) => data[0]!));
}

const lines: Line[] = [
  {
    id: "window",
    tex:
      tex`y_i \text{ reads } x_{si-p},\; x_{si-p+1},\; \dots,\; x_{si-p+k-1}`,
    reason:
      "Window $i$ of a convolution or pooling with kernel $k$, stride $s$ and padding $p$ begins $s$ pixels after the one before it, and the first begins $p$ pixels before the image.",
    check: equation({
      against: "definition",
      given: drawWindow,
      left: ({ seen }) => [scalar(seen[0]!), scalar(seen.at(-1)!)],
      right: ({ minus, plus, product }, { layer, unit }) => {
        const first = minus(
          product(scalar(layer.stride), scalar(unit)),
          scalar(layer.padding),
        );
        return [first, plus(first, scalar(layer.kernel - 1))];
      },
    }),
  },
  {
    id: "jump",
    tex: tex`J_\ell = s_\ell\, J_{\ell-1}, \qquad J_0 = 1`,
    reason:
      "Neighbours behind layer $\\ell$ are $s_\\ell$ units of layer $\\ell-1$ apart, and those are $J_{\\ell-1}$ pixels apart.",
    check: equation({
      against: "definition",
      given: drawChain,
      left: ({ after }) => after.jump,
      right: ({ product }, { stride, before }) => product(stride, before.jump),
    }),
  },
  {
    id: "size",
    tex: tex`r_\ell = r_{\ell-1} + (k_\ell - 1)\, J_{\ell-1}, \qquad r_0 = 1`,
    reason:
      "The window of layer $\\ell$ spans $k_\\ell$ units; the last of them begins $(k_\\ell-1)\\,J_{\\ell-1}$ pixels after the first, and what neighbours see overlaps or touches as long as no stride exceeds its kernel.",
    check: equation({
      against: "definition",
      given: drawChain,
      left: ({ after }) => after.size,
      right: ({ minus, plus, product }, { kernel, before }) =>
        plus(
          before.size,
          product(minus(kernel, scalar(1)), before.jump),
        ),
    }),
  },
  {
    id: "start",
    tex: tex`a_\ell = a_{\ell-1} - p_\ell\, J_{\ell-1}, \qquad a_0 = 0`,
    reason:
      "Unit 0 of layer $\\ell$ begins with unit $-p_\\ell$ of layer $\\ell-1$.",
    check: equation({
      against: "definition",
      given: drawChain,
      left: ({ after }) => after.first,
      right: ({ minus, product }, { padding, before }) =>
        minus(before.first, product(padding, before.jump)),
    }),
  },
  {
    id: "field",
    tex:
      tex`y^{(\ell)}_i \text{ sees } x_m \text{ for } a_\ell + J_\ell i \;\le\; m \;\le\; a_\ell + J_\ell i + r_\ell - 1`,
    reason: "Unit $i$ sees what unit 0 sees, moved by $i$ jumps.",
    check: equation({
      against: "definition",
      given: drawChain,
      left: ({ seen }) => [seen.first, seen.size],
      right: ({ plus, product }, { after, unit }) => [
        plus(after.first, product(after.jump, unit)),
        after.size,
      ],
    }),
  },
  {
    id: "closed-form",
    tex:
      tex`r_L = 1 + \sum_{\ell=1}^{L} (k_\ell - 1) \prod_{m<\ell} s_m, \qquad a_L = -\sum_{\ell=1}^{L} p_\ell \prod_{m<\ell} s_m`,
    reason: "The recursions, written out.",
    check: equation({
      against: "definition",
      given: drawChain,
      left: ({ after }) => [after.size, after.first],
      right: (algebra, { extents, paddings, strides }) => {
        const { minus, plus, product, transpose } = algebra;
        const before = jumps(product, strides);
        return [
          plus(scalar(1), product(transpose(extents), before)),
          minus(scalar(0), product(transpose(paddings), before)),
        ];
      },
    }),
  },
];

/** Size, jump and start of what a unit sees, layer by layer. */
export const recursionSection: Section = {
  id: "recursion",
  title: "Size, jump and start",
  prose: [
    "Rows and columns can be treated apart, since every window is a rectangle. Along one axis a layer is a triple: kernel $k$, stride $s$, padding $p$. Behind layer $\\ell$ unit $i$ sees $r_\\ell$ pixels, from pixel $a_\\ell + J_\\ell i$ on.",
  ],
  lines,
  interactive: "receptive-field",
};
