// Sum of two tensors of one shape (residual connection), and the gradient that
// flows back through it:
//
//   forward   y  = a + b
//   backward  dX = dY   (+ dX if `accumulate`)
//
// Seen as one row of cells over all replicas. One invocation computes `EACH`
// cells, see cells.wgsl.

override accumulate: bool = false;

struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> a: array<Packed>;       // forward: first summand
@group(0) @binding(1) var<storage, read> b: array<Packed>;       // forward: second summand
@group(0) @binding(2) var<storage, read> dY: array<Packed>;      // backward: gradient of the sum
@group(0) @binding(3) var<storage, read_write> result: array<Packed>; // y or dX
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.cells);
  for (var at = first; at < end; at++) { result[at] = pack(unpack(a[at]) + unpack(b[at])); }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.cells);
  for (var at = first; at < end; at++) {
    var gradient = unpack(dY[at]);
    if (accumulate) { gradient += unpack(result[at]); }
    result[at] = pack(gradient);
  }
}
