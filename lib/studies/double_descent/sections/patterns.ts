/** All 2ⁿ rows of n signs: as noise ±σ they have mean 0 and covariance σ²I exactly. */
export function signPatterns(n: number): number[][] {
  return Array.from(
    { length: 2 ** n },
    (_, pattern) => Array.from({ length: n }, (_, i) => pattern >> i & 1 || -1),
  );
}
