import { NablaError } from "../core/errors.ts";
import { TorchRandom } from "../core/random.ts";
import type { HostTensor } from "../core/safetensors.ts";

/** Sizes of a teacher network. */
export interface TeacherSizes {
  inputs: number;
  hidden: number;
  outputs: number;
}

/** A fixed function to learn, `g(x) = V tanh(Wx + b)`. */
export interface Teacher extends TeacherSizes {
  /** `W`, `[hidden, inputs]`. */
  first: Float64Array;
  /** `b`, `[hidden]`. */
  bias: Float64Array;
  /** `V`, `[outputs, hidden]`. */
  second: Float64Array;
}

/** Examples with the truth behind them; the first axis counts examples. */
export interface Sample {
  /** `[count, inputs]`, standard normal. */
  x: HostTensor;
  /** `g(x) + noise`, `[count, outputs]`. */
  target: HostTensor;
  /** Mean square of the noise over the sample: what `g` itself scores on it. */
  noiseSquare: number;
}

/** Training and test examples of one teacher. */
export interface TeacherSets {
  teacher: Teacher;
  train: Sample;
  test: Sample;
  /** Least mean squared error per output that any model can expect on new examples, σ². */
  optimalError: number;
}

/**
 * A teacher with weights drawn so that outputs have a variance of about 0.4:
 * `W ~ N(0, 1/inputs)`, `b ~ N(0, 1/4)`, `V ~ N(0, 1/hidden)`.
 */
export function createTeacher(
  random: TorchRandom,
  { inputs, hidden, outputs }: TeacherSizes,
): Teacher {
  const normal = (count: number, deviation: number) =>
    Float64Array.from(random.randn(count), (value) => deviation * value);
  return {
    inputs,
    hidden,
    outputs,
    first: normal(hidden * inputs, 1 / Math.sqrt(inputs)),
    bias: normal(hidden, 0.5),
    second: normal(outputs * hidden, 1 / Math.sqrt(hidden)),
  };
}

/** `g(x)` in float64. Shapes: `x` is `[inputs]`, the result `[outputs]`. */
export function evaluateTeacher(
  { inputs, hidden, outputs, first, bias, second }: Teacher,
  x: ArrayLike<number>,
): Float64Array {
  const result = new Float64Array(outputs);
  for (let h = 0; h < hidden; h++) {
    let sum = bias[h]!;
    for (let i = 0; i < inputs; i++) sum += first[h * inputs + i]! * x[i]!;
    const activation = Math.tanh(sum);
    for (let o = 0; o < outputs; o++) {
      result[o]! += second[o * hidden + h]! * activation;
    }
  }
  return result;
}

/**
 * Draws `count` examples one after the other, so that a larger sample from the
 * same state of the generator begins with the smaller one.
 *
 * @param options.noise Standard deviation σ of the Gaussian noise on every output
 * @throws {NablaError} If σ is negative or not finite
 */
export function sampleTeacher(
  teacher: Teacher,
  options: { random: TorchRandom; count: number; noise: number },
): Sample {
  const { random, count, noise } = options;
  const { inputs, outputs } = teacher;
  if (!(noise >= 0 && noise < Infinity)) {
    throw new NablaError(
      `Cannot sample a teacher with noise ${noise}: a standard deviation is a number from 0 on`,
    );
  }
  const x = new Float32Array(count * inputs);
  const target = new Float32Array(count * outputs);
  let square = 0;
  for (let row = 0; row < count; row++) {
    const draws = random.randn(inputs + outputs);
    x.set(draws.subarray(0, inputs), row * inputs);
    evaluateTeacher(teacher, draws).forEach((truth, o) => {
      const error = noise * draws[inputs + o]!;
      square += error * error;
      target[row * outputs + o] = truth + error;
    });
  }
  return {
    x: { shape: [count, inputs], data: x },
    target: { shape: [count, outputs], data: target },
    noiseSquare: square / (count * outputs),
  };
}

/**
 * Everything a study of one teacher needs, from a seed: the teacher, a training
 * set and a test set. Teacher and test set depend on the seed alone; `draw`
 * numbers independent training sets, and a larger one begins with the smaller.
 *
 * @param options.train Training examples, 100 by default
 * @param options.test Test examples, 2,000 by default
 * @param options.noise Standard deviation σ of the noise, 0.3 by default
 * @param options.sizes 8 inputs, 8 hidden units and 8 outputs by default
 * @param options.draw Which training set, from 0; 0 by default
 */
export function teacherSets(options: {
  seed: number;
  train?: number;
  test?: number;
  noise?: number;
  sizes?: TeacherSizes;
  draw?: number;
}): TeacherSets {
  const { seed, train = 100, test = 2000, noise = 0.3, draw = 0 } = options;
  const sizes = options.sizes ?? { inputs: 8, hidden: 8, outputs: 8 };
  const random = new TorchRandom(seed);
  const teacher = createTeacher(random, sizes);
  const testSet = sampleTeacher(teacher, { random, count: test, noise });
  const seeds = new TorchRandom(seed);
  for (let skipped = 0; skipped < draw; skipped++) seeds.next();
  const training = new TorchRandom(seeds.next());
  return {
    teacher,
    train: sampleTeacher(teacher, { random: training, count: train, noise }),
    test: testSet,
    optimalError: noise * noise,
  };
}
