/**
 * The candidate a mistyped word most likely meant, or `null` if none is near.
 *
 * Near is: equal up to case and separators, at most a third of the letters
 * wrong (at least two are forgiven), a prefix, or the initials of the candidate
 * (`lr` for `learningRate`).
 */
export function suggest(
  word: string,
  candidates: readonly string[],
): string | null {
  const plain = (text: string) => text.toLowerCase().replace(/[-_\s]/g, "");
  const wanted = plain(word);
  if (wanted === "") return null;
  const initials = candidates.find((name) => initialsOf(name) === wanted);
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, plain(candidate));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  const forgiven = wanted.length < 4 ? 1 : Math.max(2, wanted.length / 3);
  if (bestDistance <= forgiven && bestDistance < wanted.length) return best;
  return initials ??
    candidates.find((name) => plain(name).startsWith(wanted)) ?? null;
}

/** `; did you mean X?` where something is near, else `""`: ready to append to a message. */
export function didYouMean(
  word: string,
  candidates: readonly string[],
): string {
  const found = suggest(word, candidates);
  return found === null ? "" : `; did you mean ${found}?`;
}

/** `learningRate` and `learning-rate` → `lr`. */
function initialsOf(name: string): string {
  return name.split(/[-_\s]|(?=[A-Z])/).map((part) => part[0] ?? "").join("")
    .toLowerCase();
}

/** Letters to insert, delete, replace or swap with their neighbour to turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  const columns = b.length + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: columns }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j < columns; j++) {
      const replaced = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
