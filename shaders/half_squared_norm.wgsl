// Half the squared norm of the output, summed over the first `examples` rows of
// a batch, and its gradient:
//
//   loss = ½ Σᵢⱼ yᵢⱼ²,   dY = y,   0 in rows from N on
//
// y [replicas, rows, columns]. forward: one workgroup a chunk of cells, see
// lane_sum.wgsl, whose share of the loss it writes. backward: one invocation
// `EACH` cells, see cells.wgsl.

struct Sizes {
  rows: u32,
  columns: u32,
  // forward: cells of a workgroup, and workgroups of a replica.
  chunk: u32,
  parts: u32,
}

@group(0) @binding(0) var<storage, read> y: array<Packed>;          // the output
@group(0) @binding(1) var<storage, read> examples: array<u32>;   // [1]: N
@group(0) @binding(2) var<storage, read_write> loss: array<f32>; // [replicas, parts]
@group(0) @binding(3) var<storage, read_write> dY: array<Packed>; // as y
@group(0) @binding(4) var<uniform> sizes: Sizes;

// Numbers that count.
fn termCount() -> u32 { return min(examples[0], sizes.rows) * sizes.columns; }

// Cell i of a replica's y, 0 in numbers that do not count.
fn termAt(i: u32, replica: u32, terms: u32) -> Cell {
  let cell = unpack(y[replica * (sizes.rows * sizes.columns / CELL) + i]);
  return select(Cell(0.0), cell, numbersOf(i) < CellU(terms));
}

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let part = group.y * groups.x + group.x;
  let terms = termCount();
  let walk = walkOf(part, lane, sizes.chunk, (terms + CELL - 1u) / CELL);
  var own = Cell(0.0);
  for (var i = walk.first; i < walk.end; i += SIDE) {
    let term = termAt(i, group.z, terms);
    own += term * term;
  }
  let sum = laneSum(sumOf(own), lane);
  if (lane == 0u && part < sizes.parts) { loss[group.z * sizes.parts + part] = 0.5 * sum; }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let count = sizes.rows * sizes.columns / CELL;
  let end = min(first + EACH, count);
  let terms = termCount();
  for (var i = first; i < end; i++) {
    dY[id.z * count + i] = pack(termAt(i, id.z, terms));
  }
}
