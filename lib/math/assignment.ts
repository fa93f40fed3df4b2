/**
 * The permutation of least total cost, `argmin Σ cost[i][π(i)]`, by shortest
 * augmenting paths in O(n³).
 *
 * Source: Kuhn 1955, Naval Research Logistics Quarterly 2; Jonker and Volgenant
 * 1987, Computing 38.
 *
 * @param cost [n][n], finite
 * @returns π as a list: row i is assigned column π[i]
 */
export function assignment(cost: readonly (readonly number[])[]): number[] {
  const n = cost.length;
  // Potentials of rows and columns, counted from 1; column 0 stands for "none".
  const row = new Float64Array(n + 1);
  const column = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1);
  for (let i = 1; i <= n; i++) {
    const before = new Int32Array(n + 1);
    const shortest = new Float64Array(n + 1).fill(Infinity);
    const done = new Uint8Array(n + 1);
    rowOf[0] = i;
    let at = 0;
    while (rowOf[at] !== 0) {
      done[at] = 1;
      let [next, step] = [0, Infinity];
      for (let j = 1; j <= n; j++) {
        if (done[j]) continue;
        const from = rowOf[at]!;
        const reduced = cost[from - 1]![j - 1]! - row[from]! - column[j]!;
        if (reduced < shortest[j]!) {
          shortest[j] = reduced;
          before[j] = at;
        }
        if (shortest[j]! < step) [next, step] = [j, shortest[j]!];
      }
      for (let j = 0; j <= n; j++) {
        if (done[j]) {
          row[rowOf[j]!]! += step;
          column[j]! -= step;
        } else shortest[j]! -= step;
      }
      at = next;
    }
    for (; at !== 0; at = before[at]!) rowOf[at] = rowOf[before[at]!]!;
  }
  const found = new Array<number>(n);
  for (let j = 1; j <= n; j++) found[rowOf[j]! - 1] = j - 1;
  return found;
}
