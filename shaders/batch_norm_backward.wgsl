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
// [replicas, channels]. parts: one invocation walks down a chunk, input and
// fixedInput: a run of rows, see channels.wgsl. totals: one invocation a cell of
// channels.

override accumulate: bool = false;
override epsilon: f32 = 1e-5;

@group(0) @binding(0) var<storage, read> x: array<Packed>;                 // input of the layer
@group(0) @binding(1) var<storage, read> dY: array<Packed>;                // gradient of its output
@group(0) @binding(2) var<storage, read> examples: array<u32>;             // [1]: n / pixels
@group(0) @binding(3) var<storage, read> mean: array<Packed>;              // μ
@group(0) @binding(4) var<storage, read> variance: array<Packed>;          // σ²
@group(0) @binding(5) var<storage, read> weight: array<Packed>;            // γ
@group(0) @binding(6) var<storage, read_write> partSum: array<Packed>;     // parts: Σ dY
@group(0) @binding(7) var<storage, read_write> partProduct: array<Packed>; // parts: Σ dY x̂
@group(0) @binding(8) var<storage, read> sums: array<Packed>;              // totals: partSum
@group(0) @binding(9) var<storage, read> products: array<Packed>;          // totals: partProduct
@group(0) @binding(10) var<storage, read_write> total: array<Packed>;      // totals: both averages
@group(0) @binding(11) var<storage, read> average: array<Packed>;          // input: total
@group(0) @binding(12) var<storage, read_write> dX: array<Packed>;         // gradient of x
@group(0) @binding(13) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn parts(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let walk = walkOf(id.y * groups.x * 64u + id.x, sizes.chunk, rowsOf(examples[0]));
  if (walk.part >= sizes.parts) { return; }
  let channels = id.z * sizes.channels + walk.channel;
  let base = id.z * sizes.rows * sizes.channels;
  let start = id.z * sizes.replicaX;
  var centers = array<Cell, ACROSS>();
  var sum = array<Cell, ACROSS>();
  var product = array<Cell, ACROSS>();
  for (var k = 0u; k < ACROSS; k++) { centers[k] = unpack(mean[channels + k]); }
  for (var at = walk.first; at < walk.end; at += sizes.channels) {
    for (var k = 0u; k < ACROSS; k++) {
      let gradient = unpack(dY[base + at + k]);
      sum[k] += gradient;
      product[k] += gradient * (unpack(x[start + at + k]) - centers[k]);
    }
  }
  let place = partAt(walk, id.z);
  for (var k = 0u; k < ACROSS; k++) {
    let scale = 1.0 / sqrt(unpack(variance[channels + k]) + epsilon);
    partSum[place + k] = pack(sum[k]);
    partProduct[place + k] = pack(product[k] * scale);
  }
}

@compute @workgroup_size(64)
fn totals(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let channel = id.y * groups.x * 64u + id.x;
  if (channel >= sizes.channels) { return; }
  let base = id.z * sizes.parts * sizes.channels + channel;
  var sum = Cell(0.0);
  var product = Cell(0.0);
  for (var part = 0u; part < sizes.parts; part++) {
    sum += unpack(sums[base + part * sizes.channels]);
    product += unpack(products[base + part * sizes.channels]);
  }
  let count = f32(rowsOf(examples[0]));
  let place = id.z * 2u * sizes.channels + channel;
  total[place] = pack(sum / count);
  total[place + sizes.channels] = pack(product / count);
}

@compute @workgroup_size(64)
fn input(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let run = walkOf(id.y * groups.x * 64u + id.x, RUN, sizes.rows);
  let channels = id.z * sizes.channels + run.channel;
  let sum = id.z * 2u * sizes.channels + run.channel;
  var centers = array<Cell, ACROSS>();
  var scales = array<Cell, ACROSS>();
  var factors = array<Cell, ACROSS>();
  var meanSums = array<Cell, ACROSS>();
  var meanProducts = array<Cell, ACROSS>();
  for (var k = 0u; k < ACROSS; k++) {
    centers[k] = unpack(mean[channels + k]);
    scales[k] = 1.0 / sqrt(unpack(variance[channels + k]) + epsilon);
    factors[k] = unpack(weight[channels + k]) * scales[k];
    meanSums[k] = unpack(average[sum + k]);
    meanProducts[k] = unpack(average[sum + sizes.channels + k]);
  }
  let base = id.z * sizes.rows * sizes.channels;
  let start = id.z * sizes.replicaX;
  let counting = rowsOf(examples[0]) * sizes.channels;
  for (var at = run.first; at < run.end; at += sizes.channels) {
    for (var k = 0u; k < ACROSS; k++) {
      let normal = (unpack(x[start + at + k]) - centers[k]) * scales[k];
      let inner = unpack(dY[base + at + k]) - meanSums[k] - normal * meanProducts[k];
      store(base + at + k, select(Cell(0.0), factors[k] * inner, at < counting));
    }
  }
}

@compute @workgroup_size(64)
fn fixedInput(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let run = walkOf(id.y * groups.x * 64u + id.x, RUN, sizes.rows);
  let channels = id.z * sizes.channels + run.channel;
  var factors = array<Cell, ACROSS>();
  var deviations = array<Cell, ACROSS>();
  for (var k = 0u; k < ACROSS; k++) {
    factors[k] = unpack(weight[channels + k]);
    deviations[k] = sqrt(unpack(variance[channels + k]) + epsilon);
  }
  let base = id.z * sizes.rows * sizes.channels;
  for (var at = run.first; at < run.end; at += sizes.channels) {
    for (var k = 0u; k < ACROSS; k++) {
      store(base + at + k, unpack(dY[base + at + k]) * factors[k] / deviations[k]);
    }
  }
}

fn store(place: u32, gradient: Cell) {
  var all = gradient;
  if (accumulate) { all += unpack(dX[place]); }
  dX[place] = pack(all);
}
