// Mean cross-entropy of the softmax of logits against classes, and how many are
// right, over the first `examples` rows of a batch:
//
//   loss    = (1/N) Σᵢ [ log Σⱼ exp(zᵢⱼ) − zᵢ,ₜᵢ ]
//   dLogits = (softmax(z)ᵢⱼ − 1{j = tᵢ}) / N,   0 in rows from N on
//
// logits [replicas, rows, classes], targets [rows] or [replicas, rows]. The row's
// maximum is taken out before exp, so that nothing overflows. Source:
// torch.nn.functional.cross_entropy. forward: one workgroup a replica, every
// invocation takes every 64th row, sums are added in a fixed order. backward:
// one invocation a row. An answer is right if no logit exceeds the target's and
// none before it equals it (the first maximum, as argmax). `exponential` comes
// from exp.wgsl.

alias Cell = f32;
alias CellI = i32;

struct Sizes { rows: u32, classes: u32, targetReplica: u32 }

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read> targets: array<u32>;
@group(0) @binding(2) var<storage, read> examples: array<u32>;      // [1]: N
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;    // [replicas]
@group(0) @binding(4) var<storage, read_write> correct: array<u32>; // [replicas]
@group(0) @binding(5) var<storage, read_write> dLogits: array<f32>; // as logits
@group(0) @binding(6) var<uniform> sizes: Sizes;

const LANES = 64u;
var<workgroup> losses: array<f32, LANES>;
var<workgroup> corrects: array<u32, LANES>;

struct Row { maximum: f32, sum: f32 }

// max zⱼ and Σ exp(zⱼ − max) of the row that starts at `base`.
fn softmaxRow(base: u32) -> Row {
  var maximum = logits[base];
  for (var j = 1u; j < sizes.classes; j++) { maximum = max(maximum, logits[base + j]); }
  var sum = 0.0;
  for (var j = 0u; j < sizes.classes; j++) { sum += exponential(logits[base + j] - maximum); }
  return Row(maximum, sum);
}

@compute @workgroup_size(64)
fn forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let count = min(examples[0], sizes.rows);
  var lossSum = 0.0;
  var correctSum = 0u;
  for (var i = lane; i < count; i += LANES) {
    let base = (group.z * sizes.rows + i) * sizes.classes;
    let class_ = targets[group.z * sizes.targetReplica + i];
    let row = softmaxRow(base);
    let z = logits[base + class_];
    lossSum += log(row.sum) - (z - row.maximum);
    var right = 1u;
    for (var j = 0u; j < sizes.classes; j++) {
      let other = logits[base + j];
      if (!(other < z || (other == z && j >= class_))) { right = 0u; }
    }
    correctSum += right;
  }
  losses[lane] = lossSum;
  corrects[lane] = correctSum;
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < LANES; i++) { lossSum += losses[i]; correctSum += corrects[i]; }
    loss[group.z] = lossSum / f32(count);
    correct[group.z] = correctSum;
  }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.rows) { return; }
  let count = min(examples[0], sizes.rows);
  let base = (id.z * sizes.rows + i) * sizes.classes;
  let class_ = targets[id.z * sizes.targetReplica + i];
  let row = softmaxRow(base);
  for (var j = 0u; j < sizes.classes; j++) {
    let p = exponential(logits[base + j] - row.maximum) / row.sum;
    let gradient = (p - select(0.0, 1.0, j == class_)) / f32(count);
    dLogits[base + j] = select(0.0, gradient, i < count);
  }
}
