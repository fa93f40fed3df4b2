// Sums along rows: `span` neighbouring lanes of a workgroup share a row, each
// takes every span-th number, and what they found is added in a fixed order. A
// workgroup of 64 lanes has 64 / span rows; lanes beyond the last row work on the
// last one and store nothing, so that no barrier stands in a branch. Expects
// `sizes.rows`.

override span: u32 = 1u;

struct Part {
  row: u32,
  // First column of this lane.
  first: u32,
  // Whether the row is there, so that its results may be stored.
  exists: bool,
}

var<workgroup> found: array<f32, 64>;

fn partOf(group: vec3u, groups: vec3u, lane: u32) -> Part {
  let row = (group.y * groups.x + group.x) * (64u / span) + lane / span;
  return Part(min(row, sizes.rows - 1u), lane % span, row < sizes.rows);
}

// Sum of what the lanes of a row found; all of them get it.
fn rowSum(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  found[lane] = value;
  workgroupBarrier();
  let first = lane - lane % span;
  var sum = 0.0;
  for (var i = 0u; i < span; i++) { sum += found[first + i]; }
  return sum;
}

// Largest of what the lanes of a row found; all of them get it.
fn rowMaximum(value: f32, lane: u32) -> f32 {
  workgroupBarrier();
  found[lane] = value;
  workgroupBarrier();
  let first = lane - lane % span;
  var largest = found[first];
  for (var i = 1u; i < span; i++) { largest = max(largest, found[first + i]); }
  return largest;
}
