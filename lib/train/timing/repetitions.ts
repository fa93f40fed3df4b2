/** Milliseconds a sample must last: waiting for the GPU is polled every 12–14 ms, so shorter ones measure the polling. */
const LEAST_SAMPLE_MS = 100;

/** Most repetitions one sample may ask for. */
const MOST_REPETITIONS = 1 << 16;

/**
 * Repetitions that make one sample last at least `least` milliseconds, found by
 * growing from one. `time(n)` runs n repetitions and returns milliseconds.
 */
export async function repetitions(
  time: (n: number) => Promise<number>,
  { least = LEAST_SAMPLE_MS } = {},
): Promise<number> {
  let n = 1;
  for (;;) {
    const took = await time(n);
    if (took >= least || n >= MOST_REPETITIONS) return n;
    const factor = Math.min(8, 1.2 * least / Math.max(took, 1));
    n = Math.min(MOST_REPETITIONS, Math.max(n + 1, Math.ceil(n * factor)));
  }
}

/** Smallest and middle of a list; the mean of both middles if its length is even. */
export function summarize(
  values: readonly number[],
): { min: number; median: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return {
    min: sorted[0] ?? NaN,
    median: sorted.length % 2 ? upper : (sorted[middle - 1]! + upper) / 2,
  };
}
