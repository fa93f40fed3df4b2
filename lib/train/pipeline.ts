/** Keeps a few submits under way, so that the GPU never waits for the host. */

/** Submits under way at most. */
const mostSubmits = 4;
/** Milliseconds one submit shall take: short enough to stop soon, long enough to keep the GPU busy. */
const submitMilliseconds = 200;

/** Metrics of one step by name, one number a replica. */
export type StepMetrics = Readonly<Record<string, ArrayLike<number>>>;

/** What runs steps: a program, or several that make one step together. */
export interface Runner<Inputs> {
  /** Steps that one call of `submit` takes at most. */
  readonly stepsPerSubmit: number;
  /** Empty inputs of one step. */
  allocate(): Inputs;
  /** Runs steps and resolves with the metrics of each; the inputs are copied at once. */
  submit(steps: readonly Inputs[]): Promise<readonly StepMetrics[]>;
}

/** Submits steps ahead of the GPU. */
export interface Pipeline<Inputs> {
  /** Steps the next submit may have. Its size changes how often the host looks, not what is computed. */
  readonly size: number;
  /** Submits `count` steps whose inputs `fill` writes; waits while too many submits are under way. */
  submit(
    count: number,
    fill: (inputs: Inputs, index: number) => void,
  ): Promise<void>;
  /** Waits until nothing is under way. */
  drain(): Promise<void>;
  /** Inputs of the last step that was submitted. */
  readonly last: Inputs;
}

/**
 * A pipeline into `runner`.
 *
 * @param settled Receives the metrics of each submit, step by step, in the order of submission
 */
export function createPipeline<Inputs>(
  runner: Runner<Inputs>,
  settled: (metrics: readonly StepMetrics[]) => void,
): Pipeline<Inputs> {
  const pool = Array.from(
    { length: runner.stepsPerSubmit },
    () => runner.allocate(),
  );
  const waiting: Promise<readonly StepMetrics[]>[] = [];
  let size = 1;
  let last = pool[0]!;
  let before = performance.now();

  async function settle(): Promise<void> {
    const metrics = await waiting.shift()!;
    const now = performance.now();
    const fitting = submitMilliseconds * metrics.length / (now - before);
    before = now;
    size = Math.max(1, Math.min(size * 2, pool.length, Math.floor(fitting)));
    settled(metrics);
  }

  return {
    get size() {
      return size;
    },
    get last() {
      return last;
    },
    async submit(count, fill) {
      if (waiting.length === 0) before = performance.now();
      const steps = pool.slice(0, count);
      steps.forEach(fill);
      last = steps.at(-1)!;
      const metrics = runner.submit(steps);
      // A submit that fails is reported by the settle that awaits it.
      metrics.catch(() => {});
      waiting.push(metrics);
      if (waiting.length === mostSubmits) await settle();
    },
    async drain() {
      while (waiting.length > 0) await settle();
    },
  };
}
