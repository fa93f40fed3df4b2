// Mean of squared differences over the first `examples` rows of a batch, times a
// scale, and its gradient. With N rows of `columns` numbers each:
//
//   loss = s Σᵢⱼ (yᵢⱼ − tᵢⱼ)²,   dY = 2 s (y − t),   0 in rows from N on
//
// s = 1 / (N · columns) is torch.nn.functional.mse_loss; s = ½ is the sum
// ½‖y − t‖². y [replicas, rows, columns]; targets alike or shared. forward: one
// workgroup a chunk of cells, see lane_sum.wgsl, whose share of the loss it
// writes. backward: one invocation `EACH` cells, see cells.wgsl.

struct Sizes {
  rows: u32,
  columns: u32,
  // Cells from one replica's targets to the next; 0 if all replicas share them.
  targetReplica: u32,
  // forward: cells of a workgroup, and workgroups of a replica.
  chunk: u32,
  parts: u32,
}

// Whether s is 1 / (N · columns), else ½.
override mean: bool = true;

@group(0) @binding(0) var<storage, read> y: array<Packed>;          // the output
@group(0) @binding(1) var<storage, read> targets: array<Packed>;    // t
@group(0) @binding(2) var<storage, read> examples: array<u32>;   // [1]: N
@group(0) @binding(3) var<storage, read_write> loss: array<f32>; // [replicas, parts]
@group(0) @binding(4) var<storage, read_write> dY: array<Packed>; // as y
@group(0) @binding(5) var<uniform> sizes: Sizes;

// Numbers that count.
fn termCount() -> u32 { return min(examples[0], sizes.rows) * sizes.columns; }

fn scale(terms: u32) -> f32 { return select(0.5, 1.0 / f32(terms), mean); }

// y − t in cell i of a replica, 0 in numbers that do not count.
fn errorAt(i: u32, replica: u32, terms: u32) -> Cell {
  let error = unpack(y[replica * (sizes.rows * sizes.columns / CELL) + i])
    - unpack(targets[replica * sizes.targetReplica + i]);
  return select(Cell(0.0), error, numbersOf(i) < CellU(terms));
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
    let error = errorAt(i, group.z, terms);
    own += error * error;
  }
  let sum = laneSum(sumOf(own), lane);
  if (lane == 0u && part < sizes.parts) { loss[group.z * sizes.parts + part] = sum * scale(terms); }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let count = sizes.rows * sizes.columns / CELL;
  let end = min(first + EACH, count);
  let terms = termCount();
  let factor = 2.0 * scale(terms);
  for (var i = first; i < end; i++) {
    dY[id.z * count + i] = pack(factor * errorAt(i, id.z, terms));
  }
}
