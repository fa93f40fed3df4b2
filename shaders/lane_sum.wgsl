// Sums over a row of cells by the 64 lanes of a workgroup. It takes `chunk` cells,
// a multiple of 8; each eight lanes walk through an eighth of them side by side,
// so that what they load together lies together. What the lanes found is added in
// a fixed order.

const LANES = 64u;
const SIDE = 8u;

var<workgroup> found: array<f32, LANES>;

// From `first` up to, but without, `end`, in steps of `SIDE`.
struct Walk { first: u32, end: u32 }

// Where a lane walks in chunk `part` of `cells`.
fn walkOf(part: u32, lane: u32, chunk: u32, cells: u32) -> Walk {
  let share = chunk / SIDE;
  let start = part * chunk + lane / SIDE * share;
  return Walk(start + lane % SIDE, min(start + share, cells));
}

// Σ over all lanes, in lane 0.
fn laneSum(own: f32, lane: u32) -> f32 {
  workgroupBarrier();
  found[lane] = own;
  workgroupBarrier();
  var sum = own;
  if (lane == 0u) {
    for (var i = 1u; i < LANES; i++) { sum += found[i]; }
  }
  return sum;
}
