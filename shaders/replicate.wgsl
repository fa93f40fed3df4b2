// Copies what all replicas share to each of them: result[r, i] = x[i]. Needed
// before kernels that see all replicas as one row. One invocation copies one
// number.

struct Sizes { count: u32 }

@group(0) @binding(0) var<storage, read> x: array<f32>;            // [count]
@group(0) @binding(1) var<storage, read_write> result: array<f32>; // [replicas, count]
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.count) { return; }
  result[id.z * sizes.count + i] = x[i];
}
