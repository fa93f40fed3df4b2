/** What stochastic gradient descent keeps between steps. */
export interface SgdState {
  readonly parameters: Float64Array;
  /** Zeros before the first step; unused without momentum. */
  readonly velocity: Float64Array;
}

/** Options of one step; all default to 0 or false but the learning rate. */
export interface SgdOptions {
  learningRate: number;
  momentum?: number;
  nesterov?: boolean;
  weightDecay?: number;
}

/**
 * One step of stochastic gradient descent as PyTorch defines it, in float64:
 * `g ← g + λθ`, `v ← μv + g`, `θ ← θ − η·v`, or `θ − η(g + μv)` with Nesterov's form.
 *
 * Source: PyTorch 1.13, torch.optim.SGD, with dampening 0.
 */
export function sgdStep(
  { parameters, velocity }: SgdState,
  gradient: ArrayLike<number>,
  { learningRate, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions,
): SgdState {
  const decayed = parameters.map((theta, i) =>
    gradient[i]! + weightDecay * theta
  );
  const next = velocity.map((v, i) => momentum * v + decayed[i]!);
  const moved = parameters.map((theta, i) => {
    const direction = nesterov ? decayed[i]! + momentum * next[i]! : next[i]!;
    return theta - learningRate * direction;
  });
  return { parameters: moved, velocity: next };
}

/** What the heavy ball keeps between steps. */
export interface HeavyBallState {
  readonly parameters: Float64Array;
  /** θ of the step before; θ⁰ before the first step. */
  readonly previous: Float64Array;
}

/**
 * One step of momentum in its first form, in float64:
 * `θᵏ⁺¹ = θᵏ − η(g + λθᵏ) + β(θᵏ − θᵏ⁻¹)`.
 *
 * Source: Polyak 1964, USSR Comput. Math. Math. Phys. 4(5).
 */
export function heavyBallStep(
  { parameters, previous }: HeavyBallState,
  gradient: ArrayLike<number>,
  { learningRate, momentum = 0, weightDecay = 0 }: Omit<SgdOptions, "nesterov">,
): HeavyBallState {
  const moved = parameters.map((theta, i) =>
    theta - learningRate * (gradient[i]! + weightDecay * theta) +
    momentum * (theta - previous[i]!)
  );
  return { parameters: moved, previous: parameters };
}

/** What RMSprop keeps between steps. */
export interface RmspropState {
  readonly parameters: Float64Array;
  /** Zeros before the first step. */
  readonly squareAverage: Float64Array;
  /** Zeros before the first step. */
  readonly velocity: Float64Array;
}

/** Options of one step; ρ 0.99 and ε 1e-8 if not given, the others 0 or false. */
export interface RmspropOptions extends Omit<SgdOptions, "nesterov"> {
  decay?: number;
  epsilon?: number;
  epsilonInside?: boolean;
}

/**
 * One step of RMSprop, in float64: `g ← g + λθ`, `s ← ρs + (1−ρ)g²`,
 * `d = g / (√s + ε)` or `g / √(s + ε)`, `v ← μv + d`, `θ ← θ − η·v`.
 *
 * Source: PyTorch 1.13, torch.optim.RMSprop, not centered.
 */
export function rmspropStep(
  { parameters, squareAverage, velocity }: RmspropState,
  gradient: ArrayLike<number>,
  options: RmspropOptions,
): RmspropState {
  const { learningRate, momentum = 0, weightDecay = 0 } = options;
  const { decay = 0.99, epsilon = 1e-8, epsilonInside = false } = options;
  const g = parameters.map((theta, i) => gradient[i]! + weightDecay * theta);
  const s = squareAverage.map((old, i) =>
    decay * old + (1 - decay) * g[i]! ** 2
  );
  const v = velocity.map((old, i) => {
    const root = epsilonInside
      ? Math.sqrt(s[i]! + epsilon)
      : Math.sqrt(s[i]!) + epsilon;
    return momentum * old + g[i]! / root;
  });
  const moved = parameters.map((theta, i) => theta - learningRate * v[i]!);
  return { parameters: moved, squareAverage: s, velocity: v };
}

/** What Adam keeps between steps. */
export interface AdamState {
  readonly parameters: Float64Array;
  /** Zeros before the first step. */
  readonly average: Float64Array;
  /** Zeros before the first step. */
  readonly squareAverage: Float64Array;
  /** Steps done. */
  readonly steps: number;
}

/** Options of one step; β 0.9 and 0.999 and ε 1e-8 if not given, the others 0 or false. */
export interface AdamOptions {
  learningRate: number;
  betas?: readonly [number, number];
  epsilon?: number;
  weightDecay?: number;
  /** Whether weight decay acts on the parameter instead of the gradient: AdamW. */
  decoupled?: boolean;
}

/**
 * One step of Adam or AdamW, in float64, t counting from 1: `g ← g + λθ`, or
 * `θ ← (1 − ηλ)θ` if decoupled; `m ← β₁m + (1−β₁)g`, `s ← β₂s + (1−β₂)g²`,
 * `θ ← θ − η · m/(1−β₁ᵗ) / (√(s/(1−β₂ᵗ)) + ε)`.
 *
 * Source: PyTorch 1.13, torch.optim.Adam and AdamW.
 */
export function adamStep(
  { parameters, average, squareAverage, steps }: AdamState,
  gradient: ArrayLike<number>,
  options: AdamOptions,
): AdamState {
  const { learningRate, weightDecay = 0, decoupled = false } = options;
  const { betas: [beta1, beta2] = [0.9, 0.999], epsilon = 1e-8 } = options;
  const t = steps + 1;
  const coupled = decoupled ? 0 : weightDecay;
  const kept = decoupled ? 1 - learningRate * weightDecay : 1;
  const g = parameters.map((theta, i) => gradient[i]! + coupled * theta);
  const m = average.map((old, i) => beta1 * old + (1 - beta1) * g[i]!);
  const s = squareAverage.map((old, i) =>
    beta2 * old + (1 - beta2) * g[i]! ** 2
  );
  const moved = parameters.map((theta, i) =>
    kept * theta - learningRate * (m[i]! / (1 - beta1 ** t)) /
      (Math.sqrt(s[i]! / (1 - beta2 ** t)) + epsilon)
  );
  return { parameters: moved, average: m, squareAverage: s, steps: t };
}

/** `‖g‖₂` over all arrays together, in float64. */
export function gradientNorm(
  gradients: readonly ArrayLike<number>[],
): number {
  let sum = 0;
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) sum += gradient[i]! ** 2;
  }
  return Math.sqrt(sum);
}

/**
 * What clipping multiplies gradients of this norm with, `min(1, c / (‖g‖ + 10⁻⁶))`.
 *
 * Source: PyTorch 1.13, torch.nn.utils.clip_grad_norm_.
 */
export function clipFactor(norm: number, longest: number): number {
  return Math.min(1, longest / (norm + 1e-6));
}
