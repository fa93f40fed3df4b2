/** The two functions of two variables on which the optimizers are compared: half the squared norm of `z = (√h₁ θ₁, √h₂ θ₂)`, or of tanh z. */

/** A function, where a descent on it starts, and the rectangle that shows it. */
export interface Ground {
  /** h₁ and h₂. */
  readonly curvatures: readonly [number, number];
  /** Whether tanh flattens it far from the optimum 0. */
  readonly flattened: boolean;
  readonly start: readonly [number, number];
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
  at(x: number, y: number): number;
}

/** `½(θ₁² + 1000 θ₂²)`: steep across, flat along. */
export const ravine: Ground = {
  curvatures: [1, 1000],
  flattened: false,
  start: [-3, 0.08],
  x: [-3.4, 0.6],
  y: [-0.12, 0.12],
  at: (x, y) => (x ** 2 + 1000 * y ** 2) / 2,
};

/** `½(tanh² θ₁ + tanh² θ₂)`: flat far from 0. */
export const plateau: Ground = {
  curvatures: [1, 1],
  flattened: true,
  start: [4.5, 3],
  x: [-0.8, 5],
  y: [-0.8, 3.6],
  at: (x, y) => (Math.tanh(x) ** 2 + Math.tanh(y) ** 2) / 2,
};

/** `∇` at `theta`. */
export function gradientAt(
  { curvatures, flattened }: Pick<Ground, "curvatures" | "flattened">,
  theta: ArrayLike<number>,
): number[] {
  return curvatures.map((h, i) => {
    const z = Math.sqrt(h) * theta[i]!;
    const slope = flattened ? Math.tanh(z) * (1 - Math.tanh(z) ** 2) : z;
    return Math.sqrt(h) * slope;
  });
}
