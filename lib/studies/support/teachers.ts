/** Noisy samples of teachers, one teacher a replica, and the networks that learn them. */
import { TorchRandom } from "../../core/random.ts";
import {
  type Sample,
  sampleTeacher,
  type TeacherSets,
  teacherSets,
} from "../../data/teacher.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { relu } from "../../nn/layers/relu.ts";
import {
  arrayBatches,
  type BatchSource,
  replicaBatches,
} from "../../train/batches.ts";

/** Inputs and outputs of every teacher. */
export const SIZE = 8;

/**
 * Teachers with a test set each and a training set that begins with the same
 * examples whatever its length. Teacher r depends on `seed + r` alone, by a seed
 * of its own: what is initialized from `seed + r` shares no draw with it.
 *
 * @param options.noise Standard deviation σ of the noise on every output
 */
export function drawTeachers(
  options: {
    seed: number;
    teachers: number;
    train: number;
    test: number;
    noise: number;
  },
): TeacherSets[] {
  const { seed, teachers, ...sets } = options;
  return Array.from({ length: teachers }, (_, r) => {
    const own = new TorchRandom((seed + r) % 2 ** 32).next();
    return teacherSets({ seed: own, ...sets });
  });
}

/** One more sample of each teacher of `drawTeachers()`, to choose settings by. */
export function drawMore(
  all: readonly TeacherSets[],
  options: { seed: number; count: number; noise: number },
): Sample[] {
  const { seed, ...sample } = options;
  return all.map(({ teacher }, r) => {
    const seeds = new TorchRandom((seed + r) % 2 ** 32);
    seeds.next();
    const random = new TorchRandom(seeds.next());
    return sampleTeacher(teacher, { random, ...sample });
  });
}

/** The samples as one source, for a plan with `ownData: true`. */
export function sampleBatches(samples: readonly Sample[]): BatchSource {
  return replicaBatches(
    samples.map(({ x, target }) => arrayBatches({ x, target })),
  );
}

/** A ReLU network with `layers` hidden layers of `width` units and linear outputs. */
export function student(
  { width, layers }: { width: number; layers: number },
): Graph {
  return sequential([SIZE], [
    ...Array.from(
      { length: layers },
      () => [dense({ units: width }), relu()],
    ).flat(),
    dense({ units: SIZE }),
  ]);
}

/** Whether a step lies on a grid of about `perDecade` steps a decade, which a logarithmic axis needs no finer. */
export function onLogGrid(step: number, perDecade = 40): boolean {
  if (step === 0) return true;
  const place = (value: number) => Math.floor(Math.log10(value) * perDecade);
  return place(step) !== place(step + 1);
}
