// Clears a tensor, x = 0, as an optimizer's zero_grad() does with a gradient
// that others will add to. Seen as one row of cells (vec4f) over all replicas.
// One invocation clears one cell.

struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read_write> result: array<vec4f>; // x
@group(0) @binding(1) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = id.y * groups.x * 64u + id.x;
  if (at >= sizes.cells) { return; }
  result[at] = vec4f(0.0);
}
