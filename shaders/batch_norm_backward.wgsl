// Gradients of batch normalization, see batch_norm.wgsl. Over the n rows that
// count, with x̂ = (x − μ) / √(σ² + ε):
//
//   parts        Σ dY and Σ dY x̂ of every chunk of rows; all chunks together are
//                dBias and dWeight
//   totals       [Σ dY, Σ dY x̂] / n over all rows
//   input        dX = weight / √(σ² + ε) (dY − Σ dY / n − x̂ Σ dY x̂ / n),
//                0 in rows that do not count   (+ dX if `accumulate`)
//   fixedInput   dX = weight / √(σ² + ε) dY, where μ and σ² do not depend on x
//
// x [replicas, rows, channels] or shared, dY, dX alike; partSum and partProduct
// [replicas, parts, channels]; total [replicas, 2, channels]; everything else
// [replicas, channels]. parts: one invocation a chunk and
// cell of channels. totals: one
// invocation a channel. input, fixedInput: one invocation a cell.

override accumulate: bool = false;
override epsilon: f32 = 1e-5;

struct Sizes {
  rows: u32,
  // In cells, as is all that follows from it: a Cell is a vec4f or an f32.
  channels: u32,
  // Rows of one example.
  pixels: u32,
  chunk: u32,
  parts: u32,
  // Cells of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Cell>;                 // input of the layer
@group(0) @binding(1) var<storage, read> dY: array<Cell>;                // gradient of its output
@group(0) @binding(2) var<storage, read> examples: array<u32>;          // [1]: n / pixels
@group(0) @binding(3) var<storage, read> mean: array<Cell>;              // μ
@group(0) @binding(4) var<storage, read> variance: array<Cell>;          // σ²
@group(0) @binding(5) var<storage, read> weight: array<Cell>;            // γ
@group(0) @binding(6) var<storage, read_write> partSum: array<Cell>;     // parts: Σ dY
@group(0) @binding(7) var<storage, read_write> partProduct: array<Cell>; // parts: Σ dY x̂
@group(0) @binding(8) var<storage, read> sums: array<Cell>;              // totals: partSum
@group(0) @binding(9) var<storage, read> products: array<Cell>;          // totals: partProduct
@group(0) @binding(10) var<storage, read_write> total: array<Cell>;      // totals: both averages
@group(0) @binding(11) var<storage, read> average: array<Cell>;          // input: total
@group(0) @binding(12) var<storage, read_write> dX: array<Cell>;         // gradient of x
@group(0) @binding(13) var<uniform> sizes: Sizes;

fn rowsThatCount() -> u32 { return min(examples[0] * sizes.pixels, sizes.rows); }

@compute @workgroup_size(64)
fn parts(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.parts * sizes.channels) { return; }
  let part = i / sizes.channels;
  let channel = i - part * sizes.channels;
  let first = part * sizes.chunk;
  let end = min(first + sizes.chunk, rowsThatCount());
  let place = id.z * sizes.channels + channel;
  let center = mean[place];
  let scale = 1.0 / sqrt(variance[place] + epsilon);
  let base = id.z * sizes.rows * sizes.channels + channel;
  let start = id.z * sizes.replicaX + channel;
  var sum = Cell(0.0);
  var product = Cell(0.0);
  for (var row = first; row < end; row++) {
    let gradient = dY[base + row * sizes.channels];
    sum += gradient;
    product += gradient * (x[start + row * sizes.channels] - center);
  }
  partSum[id.z * sizes.parts * sizes.channels + i] = sum;
  partProduct[id.z * sizes.parts * sizes.channels + i] = product * scale;
}

@compute @workgroup_size(64)
fn totals(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let channel = id.y * groups.x * 64u + id.x;
  if (channel >= sizes.channels) { return; }
  let base = id.z * sizes.parts * sizes.channels + channel;
  var sum = Cell(0.0);
  var product = Cell(0.0);
  for (var part = 0u; part < sizes.parts; part++) {
    sum += sums[base + part * sizes.channels];
    product += products[base + part * sizes.channels];
  }
  let count = f32(rowsThatCount());
  let place = id.z * 2u * sizes.channels + channel;
  total[place] = sum / count;
  total[place + sizes.channels] = product / count;
}

@compute @workgroup_size(64)
fn input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = sizes.rows * sizes.channels;
  if (i >= count) { return; }
  let row = i / sizes.channels;
  let channel = i - row * sizes.channels;
  let place = id.z * sizes.channels + channel;
  let sum = id.z * 2u * sizes.channels + channel;
  let at = id.z * count + i;
  let scale = 1.0 / sqrt(variance[place] + epsilon);
  let normal = (x[id.z * sizes.replicaX + i] - mean[place]) * scale;
  let inner = dY[at] - average[sum] - normal * average[sum + sizes.channels];
  var gradient = select(Cell(0.0), weight[place] * scale * inner, row < rowsThatCount());
  if (accumulate) { gradient += dX[at]; }
  dX[at] = gradient;
}

@compute @workgroup_size(64)
fn fixedInput(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = sizes.rows * sizes.channels;
  if (i >= count) { return; }
  let place = id.z * sizes.channels + i % sizes.channels;
  let at = id.z * count + i;
  var gradient = dY[at] * weight[place] / sqrt(variance[place] + epsilon);
  if (accumulate) { gradient += dX[at]; }
  dX[at] = gradient;
}
