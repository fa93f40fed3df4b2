// Softmax of every row, and its gradient:
//
//   forward   y = exp(x − max x) / Σ exp(x − max x)
//   backward  dX = y ⊙ (dY − Σ dY ⊙ y)   (+ dX if `accumulate`)
//
// y, dY, dX [replicas, rows, columns], x alike or shared. The row's maximum is
// taken out before exp, so that nothing overflows; a NaN in a row reaches all of
// it. `span` invocations work on a row (see row_sum.wgsl). `exponential` comes
// from exp.wgsl.

alias Cell = f32;
alias CellI = i32;

override accumulate: bool = false;

struct Sizes {
  rows: u32,
  columns: u32,
  // Elements of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;        // forward: logits
@group(0) @binding(1) var<storage, read_write> y: array<f32>;  // forward: probabilities
@group(0) @binding(2) var<storage, read> output: array<f32>;   // backward: y
@group(0) @binding(3) var<storage, read> dY: array<f32>;       // backward: gradient of y
@group(0) @binding(4) var<storage, read_write> dX: array<f32>; // backward: gradient of x
@group(0) @binding(5) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let part = partOf(group, groups, lane);
  let base = group.z * sizes.replicaX + part.row * sizes.columns;
  var maximum = x[base];
  for (var c = part.first; c < sizes.columns; c += span) { maximum = max(maximum, x[base + c]); }
  maximum = rowMaximum(maximum, lane);
  var sum = 0.0;
  for (var c = part.first; c < sizes.columns; c += span) { sum += exponential(x[base + c] - maximum); }
  sum = rowSum(sum, lane);
  let end = select(0u, sizes.columns, part.exists);
  let result = (group.z * sizes.rows + part.row) * sizes.columns;
  for (var c = part.first; c < end; c += span) {
    y[result + c] = exponential(x[base + c] - maximum) / sum;
  }
}

@compute @workgroup_size(64)
fn backward(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let part = partOf(group, groups, lane);
  let base = (group.z * sizes.rows + part.row) * sizes.columns;
  var sum = 0.0;
  for (var c = part.first; c < sizes.columns; c += span) { sum += dY[base + c] * output[base + c]; }
  sum = rowSum(sum, lane);
  let end = select(0u, sizes.columns, part.exists);
  for (var c = part.first; c < end; c += span) {
    var gradient = output[base + c] * (dY[base + c] - sum);
    if (accumulate) { gradient += dX[base + c]; }
    dX[base + c] = gradient;
  }
}
