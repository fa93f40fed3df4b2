// Half the squared norm of the output, summed over the first `examples` rows of
// a batch, and its gradient:
//
//   loss = ½ Σᵢⱼ yᵢⱼ²,   dY = y,   0 in rows from N on
//
// y [replicas, rows, columns]. forward: one workgroup a replica, every
// invocation takes every 64th number, sums are added in a fixed order.
// backward: one invocation a number.

struct Sizes { rows: u32, columns: u32 }

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> examples: array<u32>;   // [1]: N
@group(0) @binding(2) var<storage, read_write> loss: array<f32>; // [replicas]
@group(0) @binding(3) var<storage, read_write> dY: array<f32>;   // as y
@group(0) @binding(4) var<uniform> sizes: Sizes;

const LANES = 64u;
var<workgroup> sums: array<f32, LANES>;

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let terms = min(examples[0], sizes.rows) * sizes.columns;
  let base = group.z * sizes.rows * sizes.columns;
  var sum = 0.0;
  for (var i = lane; i < terms; i += LANES) { sum += y[base + i] * y[base + i]; }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < LANES; i++) { sum += sums[i]; }
    loss[group.z] = 0.5 * sum;
  }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.rows * sizes.columns) { return; }
  let terms = min(examples[0], sizes.rows) * sizes.columns;
  let base = id.z * sizes.rows * sizes.columns;
  dY[base + i] = select(0.0, y[base + i], i < terms);
}
