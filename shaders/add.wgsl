// Sum of two tensors of one shape (residual connection), and the gradient that
// flows back through it:
//
//   forward   y  = a + b
//   backward  dX = dY   (+ dX if `accumulate`)
//
// Seen as one row of cells (vec4f) over all replicas. One invocation computes
// one cell.

alias Cell = vec4f;

override accumulate: bool = false;

struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> a: array<Cell>;       // forward: first summand
@group(0) @binding(1) var<storage, read> b: array<Cell>;       // forward: second summand
@group(0) @binding(2) var<storage, read> dY: array<Cell>;      // backward: gradient of the sum
@group(0) @binding(3) var<storage, read_write> result: array<Cell>; // y or dX
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= sizes.cells) { return; }
  result[at] = a[at] + b[at];
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= sizes.cells) { return; }
  var gradient = dY[at];
  if (accumulate) { gradient += result[at]; }
  result[at] = gradient;
}
