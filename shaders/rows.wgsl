// Work on rows: neighbouring lanes of a workgroup share a row, each takes every
// `SPAN`-th of its cells. A workgroup of 64 lanes has 64 / SPAN rows; lanes beyond
// the last row work on the last one and store nothing, so that no barrier stands
// in a branch. `SPAN`, `rowSum(value, lane)` and `rowMaximum(value, lane)`, of what
// the lanes of a row found, added in a fixed order, come from rows.ts. Expects
// `sizes.rows`.

struct Part {
  row: u32,
  // First cell of this lane.
  first: u32,
  // Whether the row is there, so that its results may be stored.
  exists: bool,
}

// The part of `lane` in the row that workgroup `group` takes.
fn partOf(group: u32, lane: u32) -> Part {
  let row = group * (64u / SPAN) + lane / SPAN;
  return Part(min(row, sizes.rows - 1u), lane % SPAN, row < sizes.rows);
}
