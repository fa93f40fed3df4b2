/** Norms of tensors that hold one part per replica. */

/** The norm of each replica's part. */
export function normsOf(values: Float32Array, replicas: number): number[] {
  const size = values.length / replicas;
  return Array.from({ length: replicas }, (_, r) => {
    const part = values.subarray(r * size, (r + 1) * size);
    return Math.sqrt(part.reduce((sum, d) => sum + d * d, 0));
  });
}
