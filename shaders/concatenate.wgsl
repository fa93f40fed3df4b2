// One input of a concatenation along the last axis, which takes the columns from
// `offset` on, and its gradient:
//
//   forward   y[r, offset + c] = x[r, c]
//   backward  dX[r, c] = dY[r, offset + c]   (+ dX if `accumulate`)
//
// x, dX [replicas, rows, columns]; y, dY [replicas, rows, all]. One invocation
// moves one number of x.

override accumulate: bool = false;

struct Sizes {
  rows: u32,
  columns: u32,
  all: u32,
  offset: u32,
  // Elements of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;        // forward: the input
@group(0) @binding(1) var<storage, read_write> y: array<f32>;  // forward: all inputs side by side
@group(0) @binding(2) var<storage, read> dY: array<f32>;       // backward: gradient of y
@group(0) @binding(3) var<storage, read_write> dX: array<f32>; // backward: gradient of x
@group(0) @binding(4) var<uniform> sizes: Sizes;

// Where number i of a replica's x lies in y.
fn joined(i: u32, replica: u32) -> u32 {
  let row = i / sizes.columns;
  return (replica * sizes.rows + row) * sizes.all + sizes.offset + i - row * sizes.columns;
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.rows * sizes.columns) { return; }
  y[joined(i, id.z)] = x[id.z * sizes.replicaX + i];
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.rows * sizes.columns) { return; }
  let place = id.z * sizes.rows * sizes.columns + i;
  var gradient = dY[joined(i, id.z)];
  if (accumulate) { gradient += dX[place]; }
  dX[place] = gradient;
}
