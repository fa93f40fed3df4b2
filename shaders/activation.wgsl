// An activation on its own, where no matrix product ends in it:
//
//   forward   y  = activate(x)
//   backward  dX = dY ⊙ activate′(y)   (+ dX if `accumulate`)
//
// Shapes: all tensors alike, seen as one row of cells (vec4f) over all replicas;
// buffers are a multiple of 16 bytes, what lies past the end is never read.
// One invocation computes one cell. `activate` and `activateDerivative` come
// from the file of the activation.

alias Cell = vec4f;
alias CellI = vec4i;

override accumulate: bool = false;

struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> x: array<Cell>;       // forward: input
@group(0) @binding(1) var<storage, read> y: array<Cell>;       // backward: output of the forward pass
@group(0) @binding(2) var<storage, read> dY: array<Cell>;      // backward: gradient of the output
@group(0) @binding(3) var<storage, read_write> result: array<Cell>; // y or dX
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= sizes.cells) { return; }
  result[at] = activate(x[at]);
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= sizes.cells) { return; }
  var gradient = dY[at] * activateDerivative(y[at]);
  if (accumulate) { gradient += result[at]; }
  result[at] = gradient;
}
