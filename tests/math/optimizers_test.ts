import assert from "node:assert/strict";
import { decodeSafetensors } from "../../lib/core/safetensors.ts";
import {
  type AdamState,
  adamStep,
  clipFactor,
  gradientNorm,
  type HeavyBallState,
  heavyBallStep,
  type RmspropState,
  rmspropStep,
  type SgdState,
  sgdStep,
} from "../../lib/math/optimizers.ts";
import { Random } from "../../lib/math/random.ts";
import bytes from "../fixtures/optimizers.safetensors" with { type: "bytes" };
import { assertClose } from "../support/compare.ts";

const { tensors, metadata } = decodeSafetensors(bytes);
const SIZE = 12;
const STEPS = 12;

/** Row `step` of a stored [12 steps, 12] tensor as float64. */
function row(name: string, step: number): Float64Array {
  const { data } = tensors[name]!;
  return Float64Array.from(data.slice(step * SIZE, (step + 1) * SIZE), Number);
}

/** The options of a stored run under our names. */
function optionsOf(name: string) {
  const { lr, momentum, nesterov, weight_decay, alpha } = JSON.parse(
    metadata[name]!,
  );
  return {
    learningRate: lr as number,
    momentum: momentum as number | undefined,
    nesterov: nesterov as boolean | undefined,
    weightDecay: weight_decay as number | undefined,
    decay: alpha as number | undefined,
    decoupled: name === "adamw",
  };
}

type State = SgdState & RmspropState & AdamState;
type Step = (
  state: State,
  gradient: Float64Array,
  options: ReturnType<typeof optionsOf>,
) => Partial<State>;

const RUNS: Readonly<Record<string, Step>> = {
  sgd: sgdStep,
  sgd_momentum: sgdStep,
  sgd_nesterov: sgdStep,
  sgd_decay: sgdStep,
  rmsprop: rmspropStep,
  rmsprop_momentum: rmspropStep,
  adam: adamStep,
  adamw: adamStep,
};

for (const [name, take] of Object.entries(RUNS)) {
  Deno.test(`${take.name}() follows PyTorch's ${name} for 12 steps`, () => {
    const zeros = new Float64Array(SIZE);
    let state: State = {
      parameters: row("theta0", 0),
      velocity: zeros,
      average: zeros,
      squareAverage: zeros,
      steps: 0,
    };
    for (let step = 0; step < STEPS; step++) {
      state = {
        ...state,
        ...take(state, row("grads", step), optionsOf(name)),
      };
      // Float32 rounds each of 12 steps by 6e-8 of values of order 1.
      assertClose(state.parameters, row(`${name}/theta`, step), {
        tolerance: 1e-6,
        floor: 1,
        label: `${name} step ${step}`,
      });
    }
  });
}

/** Largest difference between both forms of momentum after 20 random gradients. */
function apart(rate: (step: number) => number): number {
  const random = new Random(4);
  const start = Float64Array.from(random.normals(SIZE));
  let one: HeavyBallState = { parameters: start, previous: start };
  let two: SgdState = { parameters: start, velocity: new Float64Array(SIZE) };
  let most = 0;
  for (let step = 0; step < 20; step++) {
    const gradient = random.normals(SIZE);
    const options = {
      learningRate: rate(step),
      momentum: 0.9,
      weightDecay: 0.01,
    };
    one = heavyBallStep(one, gradient, options);
    two = sgdStep(two, gradient, options);
    one.parameters.forEach((theta, i) =>
      most = Math.max(most, Math.abs(theta - two.parameters[i]!))
    );
  }
  return most;
}

Deno.test("heavyBallStep() is SGD with momentum while the learning rate stays", () => {
  // Rounding of float64 on values of order 1.
  assert.ok(apart(() => 0.1) < 1e-13);
  assert.ok(apart((step) => step < 10 ? 0.1 : 0.05) > 0.01);
});

Deno.test("rmspropStep() adds ε under the root if told to", () => {
  const state = {
    parameters: Float64Array.of(1),
    squareAverage: Float64Array.of(4),
    velocity: Float64Array.of(0),
  };
  const options = { learningRate: 1, decay: 0.5, epsilon: 0.5 };
  const after = (epsilonInside: boolean) =>
    rmspropStep(state, [1], { ...options, epsilonInside }).parameters[0]!;
  const squares = 0.5 * 4 + 0.5;
  assertClose([after(false)], [1 - 1 / (Math.sqrt(squares) + 0.5)], {
    tolerance: 1e-15,
  });
  assertClose([after(true)], [1 - 1 / Math.sqrt(squares + 0.5)], {
    tolerance: 1e-15,
  });
});

Deno.test("clipFactor() leaves short gradients and shortens long ones to the limit", () => {
  assert.equal(gradientNorm([[3], [0, 4]]), 5);
  assert.equal(clipFactor(5, 6), 1);
  assert.equal(clipFactor(5, 2), 2 / (5 + 1e-6));
  assert.equal(clipFactor(0, 1), 1);
});
