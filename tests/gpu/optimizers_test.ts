/** The optimizers against their float64 definitions: every option, replicas that differ, what is kept between steps. */
import type { Gpu } from "../../lib/gpu/mod.ts";
import { largest } from "../../lib/math/compare.ts";
import {
  adamStep,
  heavyBallStep,
  rmspropStep,
  sgdStep,
} from "../../lib/math/optimizers.ts";
import { Random } from "../../lib/math/random.ts";
import { adam, adamW } from "../../lib/nn/optimizers/adam.ts";
import type { Optimizer, WeightDecay } from "../../lib/nn/op/optimizer.ts";
import { rmsprop } from "../../lib/nn/optimizers/rmsprop.ts";
import { sgd, sgdHeavyBall } from "../../lib/nn/optimizers/sgd.ts";
import { assertClose } from "../support/compare.ts";
import { testGpu } from "../support/device.ts";
import {
  type Form,
  FORMS,
  openForm,
  row,
  SIZE,
} from "../support/optimizer_forms.ts";

/** One replica in float64: its parameters, and all that an optimizer may keep by the plan's names. */
interface State {
  readonly parameters: Float64Array;
  readonly velocity: Float64Array;
  readonly previous: Float64Array;
  readonly average: Float64Array;
  readonly squareAverage: Float64Array;
}

interface Given {
  readonly learningRate: number;
  readonly weightDecay: number;
  /** Updates done before. */
  readonly before: number;
}

interface Definition {
  readonly optimizer: (weightDecay: WeightDecay) => Optimizer;
  /** What it keeps besides the parameter. */
  readonly keeps: readonly (keyof State)[];
  readonly step: (
    state: State,
    gradient: Float32Array,
    given: Given,
  ) => Partial<State>;
}

const momentum = 0.7;
const nesterov = true;
const rms = { decay: 0.9, epsilon: 0.03 };
const inside = { ...rms, momentum, epsilonInside: true };
const moments = { betas: [0.8, 0.95], epsilon: 0.03 } as const;

const DEFINITIONS: Readonly<Record<string, Definition>> = {
  "sgd() without momentum": {
    optimizer: (weightDecay) => sgd({ weightDecay }),
    keeps: [],
    step: sgdStep,
  },
  "sgd() with Nesterov momentum": {
    optimizer: (weightDecay) => sgd({ momentum, nesterov, weightDecay }),
    keeps: ["velocity"],
    step: (state, gradient, given) =>
      sgdStep(state, gradient, { ...given, momentum, nesterov }),
  },
  "sgdHeavyBall()": {
    optimizer: (weightDecay) => sgdHeavyBall({ momentum, weightDecay }),
    keeps: ["previous"],
    step: (state, gradient, given) => {
      const previous = given.before === 0 ? state.parameters : state.previous;
      const from = { ...state, previous };
      return heavyBallStep(from, gradient, { ...given, momentum });
    },
  },
  "rmsprop()": {
    optimizer: (weightDecay) => rmsprop({ ...rms, weightDecay }),
    keeps: ["squareAverage"],
    step: (state, gradient, given) =>
      rmspropStep(state, gradient, { ...given, ...rms }),
  },
  "rmsprop() with momentum and ε inside the root": {
    optimizer: (weightDecay) => rmsprop({ ...inside, weightDecay }),
    keeps: ["squareAverage", "velocity"],
    step: (state, gradient, given) =>
      rmspropStep(state, gradient, { ...given, ...inside }),
  },
  "adam()": {
    optimizer: (weightDecay) => adam({ ...moments, weightDecay }),
    keeps: ["average", "squareAverage"],
    step: (state, gradient, given) => {
      const from = { ...state, steps: given.before };
      return adamStep(from, gradient, { ...given, ...moments });
    },
  },
  "adamW()": {
    optimizer: (weightDecay) => adamW({ ...moments, weightDecay }),
    keeps: ["average", "squareAverage"],
    step: (state, gradient, given) => {
      const from = { ...state, steps: given.before };
      const options = { ...given, ...moments, decoupled: true };
      return adamStep(from, gradient, options);
    },
  },
};

/** Five steps on both sides, from `before` updates on; learning rates change with step and replica. */
async function compare(
  gpu: Gpu,
  form: Form,
  { definition, replicas, weightDecay, before: first = 0 }: {
    definition: Definition;
    replicas: number;
    weightDecay: WeightDecay;
    before?: number;
  },
): Promise<void> {
  const optimizer = definition.optimizer(weightDecay);
  const { program, step } = await openForm(gpu, form, { optimizer, replicas });
  const start = Float32Array.from(new Random(3).normals(replicas * SIZE));
  for (const label of form.labels) program.write(label, start);
  const decays = Array.from(
    { length: replicas },
    (_, r) => weightDecay === "stream" ? 0.4 * r : weightDecay,
  );
  const zeros = new Float64Array(SIZE);
  let states = decays.map((_, r): State => ({
    parameters: Float64Array.from(start.subarray(r * SIZE, (r + 1) * SIZE)),
    velocity: zeros,
    previous: zeros,
    average: zeros,
    squareAverage: zeros,
  }));
  for (let index = 0; index < 5; index++) {
    const gradient = row("grads", index);
    const before = first + index;
    const rates = decays.map((_, r) => 0.1 * (r + 1) / (index + 1));
    await step(gradient, { rates, decays, before });
    states = states.map((state, r) => ({
      ...state,
      ...definition.step(state, gradient, {
        learningRate: rates[r]!,
        weightDecay: decays[r]!,
        before,
      }),
    }));
  }
  for (const label of form.labels) {
    for (const name of ["parameters", ...definition.keeps] as const) {
      const expected = states.flatMap((state) => [...state[name]]);
      const found = name === "parameters" ? label : `${label}.${name}`;
      // Five steps of float32 rounding.
      assertClose(await program.read(found), expected, {
        tolerance: 2e-6,
        floor: largest(expected),
        label: found,
      });
    }
  }
  program.destroy();
}

for (const [name, definition] of Object.entries(DEFINITIONS)) {
  for (const [where, form] of Object.entries(FORMS)) {
    for (const replicas of [1, 3]) {
      testGpu(
        `${name} follows its definition ${where}, ${replicas} replica(s)`,
        (gpu) => compare(gpu, form, { definition, replicas, weightDecay: 0.2 }),
      );
    }
    testGpu(
      `${name} takes another weight decay for every replica ${where}`,
      (gpu) =>
        compare(gpu, form, { definition, replicas: 3, weightDecay: "stream" }),
    );
  }
}

testGpu(
  "adam() corrects its bias by the count that the host gives",
  async (gpu) => {
    const form = FORMS["in a kernel of its own"]!;
    const definition: Definition = {
      optimizer: (weightDecay) => adam({ weightDecay }),
      keeps: ["average", "squareAverage"],
      step: (state, gradient, given) =>
        adamStep({ ...state, steps: given.before }, gradient, given),
    };
    // 0.999ᵗ is near 1, in the middle, and gone.
    for (const before of [0, 700, 1_000_000]) {
      await compare(gpu, form, {
        definition,
        replicas: 1,
        weightDecay: 0,
        before,
      });
    }
  },
);

/** First steps from 0 with α = 1 whose length is known, whatever the gradient. */
const FIRST_STEPS: Readonly<Record<string, [Optimizer, number]>> = {
  // m / (1 − β₁) = g and √(s / (1 − β₂)) = |g|.
  "adam()": [adam({ epsilon: 1e-12 }), 1],
  // s = 10⁻⁴ g².
  "rmsprop()": [rmsprop({ decay: 0.9999, epsilon: 1e-12 }), 100],
};

for (const [name, [optimizer, length]] of Object.entries(FIRST_STEPS)) {
  testGpu(`${name} loses no digits where 1 − β is small`, async (gpu) => {
    const form = FORMS["in a kernel of its own"]!;
    const { program, step } = await openForm(gpu, form, { optimizer });
    const gradient = row("grads", 0);
    for (const label of form.labels) {
      program.write(label, new Float32Array(SIZE));
    }
    await step(gradient, { rates: [1], before: 0 });
    const expected = gradient.map((g) => -Math.sign(g) * length);
    // A few roundings of float32; β itself is off by more than 10⁻⁶ of 1 − β.
    const tolerance = { tolerance: 1e-6 };
    assertClose(await program.read(form.labels[0]!), expected, tolerance);
    program.destroy();
  });
}
