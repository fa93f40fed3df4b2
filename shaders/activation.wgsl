// An activation on its own, where no matrix product ends in it:
//
//   forward   y  = activate(x)
//   backward  dX = dY ⊙ activate′(y)   (+ dX if `accumulate`)
//
// Shapes: all tensors alike, seen as one row of cells over all replicas; buffers
// are a multiple of 16 bytes, what lies past the end is never read. One invocation
// computes `EACH` cells, see cells.wgsl. `activate` and `activateDerivative` come
// from the file of the activation.

override accumulate: bool = false;

struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> x: array<Packed>;       // forward: input
@group(0) @binding(1) var<storage, read> y: array<Packed>;       // backward: output of the forward pass
@group(0) @binding(2) var<storage, read> dY: array<Packed>;      // backward: gradient of the output
@group(0) @binding(3) var<storage, read_write> result: array<Packed>; // y or dX
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.cells);
  for (var at = first; at < end; at++) { result[at] = pack(activate(unpack(x[at]))); }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.cells);
  for (var at = first; at < end; at++) {
    var gradient = unpack(dY[at]) * activateDerivative(unpack(y[at]));
    if (accumulate) { gradient += unpack(result[at]); }
    result[at] = pack(gradient);
  }
}
