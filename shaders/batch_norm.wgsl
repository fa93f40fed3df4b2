// Normalization of every channel over the batch (and all pixels) to mean 0 and
// variance 1, then an affine map. Over the n rows that count:
//
//   parts       μₚ and Σ (x − μₚ)² of every chunk of rows
//   statistics  μ = Σ nₚ μₚ / n,  σ² = Σ [Σ (x − μₚ)² + nₚ (μₚ − μ)²] / n,
//               running ← running + m (now − running), with σ² n / (n − 1)
//   affine      x̂ = (x − μ) / √(σ² + ε),  y = weight x̂ + bias
//
// x [replicas, rows, channels] or shared, y alike; partMean and partSquares
// [replicas, parts, channels]; everything else [replicas, channels]. Numbers are
// taken relative to the first of the chunk, so that a large mean costs no digits.
// In evaluation `affine` reads the running statistics. Sources: Ioffe and
// Szegedy 2015, arXiv:1502.03167; Chan et al. 1983, Am. Stat. 37(3), for parts.
// parts: one invocation a chunk and
// cell of channels. statistics: one invocation a
// cell of channels. affine: one invocation a
// cell.

override epsilon: f32 = 1e-5;
override momentum: f32 = 0.1;

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

@group(0) @binding(0) var<storage, read> x: array<Cell>;                     // input
@group(0) @binding(1) var<storage, read> examples: array<u32>;              // [1]: n / pixels
@group(0) @binding(2) var<storage, read_write> partMean: array<Cell>;        // parts: μₚ
@group(0) @binding(3) var<storage, read_write> partSquares: array<Cell>;     // parts: Σ (x − μₚ)²
@group(0) @binding(4) var<storage, read> means: array<Cell>;                 // statistics: partMean
@group(0) @binding(5) var<storage, read> squares: array<Cell>;               // statistics: partSquares
@group(0) @binding(6) var<storage, read_write> batchMean: array<Cell>;       // μ
@group(0) @binding(7) var<storage, read_write> batchVariance: array<Cell>;   // σ²
@group(0) @binding(8) var<storage, read_write> runningMean: array<Cell>;     // kept between steps
@group(0) @binding(9) var<storage, read_write> runningVariance: array<Cell>; // kept between steps
@group(0) @binding(10) var<storage, read> mean: array<Cell>;                 // affine: μ
@group(0) @binding(11) var<storage, read> variance: array<Cell>;             // affine: σ²
@group(0) @binding(12) var<storage, read> weight: array<Cell>;               // γ
@group(0) @binding(13) var<storage, read> bias: array<Cell>;                 // β
@group(0) @binding(14) var<storage, read_write> y: array<Cell>;              // normalized, then mapped
@group(0) @binding(15) var<uniform> sizes: Sizes;

// Rows of chunk `part` that count.
fn rowsOf(part: u32) -> u32 {
  let count = min(examples[0] * sizes.pixels, sizes.rows);
  let first = min(part * sizes.chunk, count);
  return min(first + sizes.chunk, count) - first;
}

@compute @workgroup_size(64)
fn parts(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.parts * sizes.channels) { return; }
  let part = i / sizes.channels;
  let count = rowsOf(part);
  let begin = id.z * sizes.replicaX + part * sizes.chunk * sizes.channels
    + i - part * sizes.channels;
  let end = begin + count * sizes.channels;
  let origin = x[begin];
  var sum = Cell(0.0);
  for (var at = begin; at < end; at += sizes.channels) { sum += x[at] - origin; }
  let center = origin + sum / f32(max(count, 1u));
  var total = Cell(0.0);
  for (var at = begin; at < end; at += sizes.channels) {
    let deviation = x[at] - center;
    total += deviation * deviation;
  }
  let place = id.z * sizes.parts * sizes.channels + i;
  // What lies in rows that do not count must not reach the sum over chunks.
  partMean[place] = select(Cell(0.0), center, count > 0u);
  partSquares[place] = total;
}

@compute @workgroup_size(64)
fn statistics(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let channel = id.y * groups.x * 64u + id.x;
  if (channel >= sizes.channels) { return; }
  let base = id.z * sizes.parts * sizes.channels + channel;
  let count = f32(min(examples[0] * sizes.pixels, sizes.rows));
  let origin = means[base];
  var sum = Cell(0.0);
  for (var part = 0u; part < sizes.parts; part++) {
    sum += f32(rowsOf(part)) * (means[base + part * sizes.channels] - origin);
  }
  let center = origin + sum / count;
  var total = Cell(0.0);
  for (var part = 0u; part < sizes.parts; part++) {
    let at = base + part * sizes.channels;
    let deviation = means[at] - center;
    total += squares[at] + f32(rowsOf(part)) * deviation * deviation;
  }
  let place = id.z * sizes.channels + channel;
  batchMean[place] = center;
  batchVariance[place] = total / count;
  runningMean[place] += momentum * (center - runningMean[place]);
  let unbiased = total / max(count - 1.0, 1.0);
  runningVariance[place] += momentum * (unbiased - runningVariance[place]);
}

@compute @workgroup_size(64)
fn affine(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = sizes.rows * sizes.channels;
  if (i >= count) { return; }
  let channel = id.z * sizes.channels + i % sizes.channels;
  let normal = (x[id.z * sizes.replicaX + i] - mean[channel])
    / sqrt(variance[channel] + epsilon);
  y[id.z * count + i] = normal * weight[channel] + bias[channel];
}
