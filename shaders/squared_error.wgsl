// Mean of squared differences over the first `examples` rows of a batch, times a
// scale, and its gradient. With N rows of `columns` numbers each:
//
//   loss = s Σᵢⱼ (yᵢⱼ − tᵢⱼ)²,   dY = 2 s (y − t),   0 in rows from N on
//
// s = 1 / (N · columns) is torch.nn.functional.mse_loss; s = ½ is the sum
// ½‖y − t‖². y [replicas, rows, columns]; targets alike or shared. forward: one
// workgroup a replica, every invocation takes every 64th number, sums are added
// in a fixed order. backward: one invocation a number.

struct Sizes { rows: u32, columns: u32, targetReplica: u32 }

// Whether s is 1 / (N · columns), else ½.
override mean: bool = true;

@group(0) @binding(0) var<storage, read> y: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<f32>;
@group(0) @binding(2) var<storage, read> examples: array<u32>;   // [1]: N
@group(0) @binding(3) var<storage, read_write> loss: array<f32>; // [replicas]
@group(0) @binding(4) var<storage, read_write> dY: array<f32>;   // as y
@group(0) @binding(5) var<uniform> sizes: Sizes;

const LANES = 64u;
var<workgroup> sums: array<f32, LANES>;

fn scale(terms: u32) -> f32 { return select(0.5, 1.0 / f32(terms), mean); }

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let terms = min(examples[0], sizes.rows) * sizes.columns;
  let base = group.z * sizes.rows * sizes.columns;
  var sum = 0.0;
  for (var i = lane; i < terms; i += LANES) {
    let error = y[base + i] - targets[group.z * sizes.targetReplica + i];
    sum += error * error;
  }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < LANES; i++) { sum += sums[i]; }
    loss[group.z] = sum * scale(terms);
  }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.rows * sizes.columns) { return; }
  let terms = min(examples[0], sizes.rows) * sizes.columns;
  let base = id.z * sizes.rows * sizes.columns;
  let error = y[base + i] - targets[id.z * sizes.targetReplica + i];
  dY[base + i] = select(0.0, 2.0 * scale(terms) * error, i < terms);
}
