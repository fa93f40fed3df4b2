/** Places of an array of `length` that are compared: both ends and a walk that visits all parts evenly. */
export function sampledEntries(length: number, count = 64): number[] {
  const stride = Math.floor(length * 0.6180339887) | 1;
  const walk = Array.from(
    { length: count - 2 },
    (_, i) => ((i + 1) * stride) % length,
  );
  return [0, ...walk, length - 1];
}

/** The values of an array at the compared places. */
export function sampleEntries(values: ArrayLike<number>): number[] {
  return sampledEntries(values.length).map((entry) => values[entry]!);
}
