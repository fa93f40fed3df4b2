// Copies a tensor, or adds it to another:
//
//   result = x   (+ result if `accumulate`)
//
// Seen as one row of cells (vec4f) over all replicas. One invocation copies one
// cell.

alias Cell = vec4f;

override accumulate: bool = false;

struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> x: array<Cell>;            // what is copied
@group(0) @binding(1) var<storage, read_write> result: array<Cell>; // of the same size
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= sizes.cells) { return; }
  var value = x[at];
  if (accumulate) { value += result[at]; }
  result[at] = value;
}
