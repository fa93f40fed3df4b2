// Normalization of every channel over the batch (and all pixels) to mean 0 and
// variance 1, then an affine map. Over the n rows that count:
//
//   parts       d = x − x₀,  μₚ = x₀ + Σ d / nₚ  and  Σ (x − μₚ)² = Σ d² − (Σ d)² / nₚ of
//               every chunk of rows, x₀ being the first of it
//   statistics  μ = Σ nₚ μₚ / n,  σ² = Σ [Σ (x − μₚ)² + nₚ (μₚ − μ)²] / n,
//               running ← running + m (now − running), with σ² n / (n − 1)
//   affine      x̂ = (x − μ) / √(σ² + ε),  y = weight x̂ + bias
//
// x [replicas, rows, channels] or shared, y alike; partMean and partSquares
// [replicas, parts, channels]; everything else [replicas, channels]. Taken
// relative to x₀, a large mean costs no digits: as x₀ is one of the nₚ numbers,
// Σ d² is at most nₚ + 1 times what is left of it. In evaluation `affine` reads
// the running statistics. Sources: Ioffe and Szegedy 2015, arXiv:1502.03167; Chan
// et al. 1983, Am. Stat. 37(3), for parts. parts: one invocation walks down a
// chunk, affine: a run of rows, see channels.wgsl. statistics: one invocation a
// cell of channels.

override epsilon: f32 = 1e-5;
override momentum: f32 = 0.1;

@group(0) @binding(0) var<storage, read> x: array<Packed>;                     // input
@group(0) @binding(1) var<storage, read> examples: array<u32>;                 // [1]: n / pixels
@group(0) @binding(2) var<storage, read_write> partMean: array<Packed>;        // parts: μₚ
@group(0) @binding(3) var<storage, read_write> partSquares: array<Packed>;     // parts: Σ (x − μₚ)²
@group(0) @binding(4) var<storage, read> means: array<Packed>;                 // statistics: partMean
@group(0) @binding(5) var<storage, read> squares: array<Packed>;               // statistics: partSquares
@group(0) @binding(6) var<storage, read_write> batchMean: array<Packed>;       // μ
@group(0) @binding(7) var<storage, read_write> batchVariance: array<Packed>;   // σ²
@group(0) @binding(8) var<storage, read_write> runningMean: array<Packed>;     // kept between steps
@group(0) @binding(9) var<storage, read_write> runningVariance: array<Packed>; // kept between steps
@group(0) @binding(10) var<storage, read> mean: array<Packed>;                 // affine: μ
@group(0) @binding(11) var<storage, read> variance: array<Packed>;             // affine: σ²
@group(0) @binding(12) var<storage, read> weight: array<Packed>;               // γ
@group(0) @binding(13) var<storage, read> bias: array<Packed>;                 // β
@group(0) @binding(14) var<storage, read_write> y: array<Packed>;              // normalized, then mapped
@group(0) @binding(15) var<uniform> sizes: Sizes;

// Numbers of a channel in a chunk.
fn countOf(part: u32) -> u32 {
  let rows = rowsOf(examples[0]);
  let first = min(part * sizes.chunk, rows);
  return min(first + sizes.chunk, rows) - first;
}

@compute @workgroup_size(64)
fn parts(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let walk = walkOf(id.y * groups.x * 64u + id.x, sizes.chunk, rowsOf(examples[0]));
  if (walk.part >= sizes.parts) { return; }
  let base = id.z * sizes.replicaX;
  var origins = array<Cell, ACROSS>();
  var sums = array<Cell, ACROSS>();
  var total = array<Cell, ACROSS>();
  for (var k = 0u; k < ACROSS; k++) { origins[k] = unpack(x[base + walk.first + k]); }
  for (var at = walk.first; at < walk.end; at += sizes.channels) {
    for (var k = 0u; k < ACROSS; k++) {
      let distance = unpack(x[base + at + k]) - origins[k];
      sums[k] += distance;
      total[k] += distance * distance;
    }
  }
  let count = countOf(walk.part);
  let place = partAt(walk, id.z);
  for (var k = 0u; k < ACROSS; k++) {
    let shift = sums[k] / f32(max(count, 1u));
    // What lies in rows that do not count must not reach the sum over chunks.
    partMean[place + k] = pack(select(Cell(0.0), origins[k] + shift, count > 0u));
    partSquares[place + k] = pack(total[k] - sums[k] * shift);
  }
}

@compute @workgroup_size(64)
fn statistics(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let channel = id.y * groups.x * 64u + id.x;
  if (channel >= sizes.channels) { return; }
  let base = id.z * sizes.parts * sizes.channels + channel;
  let count = f32(rowsOf(examples[0]));
  let origin = unpack(means[base]);
  var sum = Cell(0.0);
  for (var part = 0u; part < sizes.parts; part++) {
    let distance = unpack(means[base + part * sizes.channels]) - origin;
    sum += f32(countOf(part)) * distance;
  }
  let center = origin + sum / count;
  var total = Cell(0.0);
  for (var part = 0u; part < sizes.parts; part++) {
    let at = base + part * sizes.channels;
    let deviation = unpack(means[at]) - center;
    total += unpack(squares[at]) + f32(countOf(part)) * deviation * deviation;
  }
  let place = id.z * sizes.channels + channel;
  batchMean[place] = pack(center);
  batchVariance[place] = pack(total / count);
  let oldMean = unpack(runningMean[place]);
  runningMean[place] = pack(oldMean + momentum * (center - oldMean));
  let oldVariance = unpack(runningVariance[place]);
  let unbiased = total / max(count - 1.0, 1.0);
  runningVariance[place] = pack(oldVariance + momentum * (unbiased - oldVariance));
}

@compute @workgroup_size(64)
fn affine(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let run = walkOf(id.y * groups.x * 64u + id.x, RUN, sizes.rows);
  let place = id.z * sizes.channels + run.channel;
  var centers = array<Cell, ACROSS>();
  var deviations = array<Cell, ACROSS>();
  var factors = array<Cell, ACROSS>();
  var shifts = array<Cell, ACROSS>();
  for (var k = 0u; k < ACROSS; k++) {
    centers[k] = unpack(mean[place + k]);
    deviations[k] = sqrt(unpack(variance[place + k]) + epsilon);
    factors[k] = unpack(weight[place + k]);
    shifts[k] = unpack(bias[place + k]);
  }
  let base = id.z * sizes.replicaX;
  let result = id.z * sizes.rows * sizes.channels;
  for (var at = run.first; at < run.end; at += sizes.channels) {
    for (var k = 0u; k < ACROSS; k++) {
      let normal = (unpack(x[base + at + k]) - centers[k]) / deviations[k];
      y[result + at + k] = pack(normal * factors[k] + shifts[k]);
    }
  }
}
