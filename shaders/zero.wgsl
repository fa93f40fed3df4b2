// Clears a tensor, x = 0, as an optimizer's zero_grad() does with a gradient
// that others will add to. Seen as one row of cells over all replicas. One
// invocation clears `EACH` cells, see cells.wgsl.

struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read_write> result: array<Packed>; // x
@group(0) @binding(1) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.cells);
  for (var at = first; at < end; at++) { result[at] = pack(Cell(0.0)); }
}
