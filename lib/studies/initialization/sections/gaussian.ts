/** Means over independent standard normal numbers, by Gauss quadrature: exact for polynomials, no formula of a line in them. */

/** Nodes and weights that are exact up to degree 3 and 7. */
const RULES = {
  2: { nodes: [-1, 1], weights: [1 / 2, 1 / 2] },
  4: fourNodes(),
};

/** Roots of z⁴ − 6z² + 3. */
function fourNodes() {
  const root = Math.sqrt(6);
  const [inner, outer] = [Math.sqrt(3 - root), Math.sqrt(3 + root)];
  const [heavy, light] = [(3 + root) / 12, (3 - root) / 12];
  return {
    nodes: [-outer, -inner, inner, outer],
    weights: [light, heavy, heavy, light],
  };
}

/**
 * `E f(z)` for `z ~ N(0, I)`, `z` of `dimensions` numbers: exact where `f` is a
 * polynomial of degree at most 3 (2 nodes) or 7 (4 nodes) in each of them, and,
 * as the nodes lie symmetrically, for such polynomials behind a rectifier whose
 * sign turns with that of some numbers.
 */
export function gaussianMean(
  dimensions: number,
  f: (z: Float64Array) => number,
  { nodes: count = 4 }: { nodes?: keyof typeof RULES } = {},
): number {
  const { nodes, weights } = RULES[count];
  const z = new Float64Array(dimensions);
  let sum = 0;
  for (let point = 0; point < count ** dimensions; point++) {
    let weight = 1;
    let rest = point;
    for (let i = 0; i < dimensions; i++) {
      const node = rest % count;
      rest = (rest - node) / count;
      z[i] = nodes[node]!;
      weight *= weights[node]!;
    }
    sum += weight * f(z);
  }
  return sum;
}

/** `Σ_m w_m y_m` for the weights of unit `unit`, which lie in `z` from `from` on, times `deviation`. */
export function unitOf(
  z: Float64Array,
  { from, unit, deviation, y }: {
    from: number;
    unit: number;
    deviation: number;
    y: ArrayLike<number>;
  },
): number {
  let sum = 0;
  for (let m = 0; m < y.length; m++) {
    sum += deviation * z[from + unit * y.length + m]! * y[m]!;
  }
  return sum;
}

/**
 * Pre-activations of the last of `depth` layers of `width` ReLU units, whose
 * inputs and standard normal weights are `z`: the inputs, then layer by layer.
 */
export function lastLayer(
  z: Float64Array,
  { width, depth, deviation, units = width }: {
    width: number;
    depth: number;
    deviation: number;
    /** Of the last layer. */
    units?: number;
  },
): number[] {
  let y: number[] = [...z.subarray(0, width)];
  for (let layer = 1;; layer++) {
    const from = width + (layer - 1) * width ** 2;
    const count = layer === depth ? units : width;
    const before = Array.from(
      { length: count },
      (_, unit) => unitOf(z, { from, unit, deviation, y }),
    );
    if (layer === depth) return before;
    y = before.map((value) => Math.max(value, 0));
  }
}
