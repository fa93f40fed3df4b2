// Copies what all replicas share to each of them: result[r, i] = x[i]. Needed
// before kernels that see all replicas as one row. One invocation copies `EACH`
// cells, see cells.wgsl.

// Of one replica.
struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> x: array<Packed>;            // [cells]
@group(0) @binding(1) var<storage, read_write> result: array<Packed>; // [replicas, cells]
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.cells);
  for (var i = first; i < end; i++) { result[id.z * sizes.cells + i] = x[i]; }
}
