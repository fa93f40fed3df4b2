// Normalization of every row to mean 0 and variance 1, then an affine map, and
// its gradients. With C columns, x̂ = (x − μ) s and g = dY ⊙ weight:
//
//   forward   μ = (1/C) Σ x,  s = 1 / √((1/C) Σ (x − μ)² + ε),  y = x̂ ⊙ weight + bias
//   backward  dX = s (g − (1/C) Σ g − x̂ (1/C) Σ g ⊙ x̂)   (+ dX if `accumulate`)
//   products  dY ⊙ x̂, whose sum over all rows is dWeight
//
// y, dY, dX, product [replicas, rows, columns], x alike or shared; weight and
// bias [replicas, columns]; means and scales [replicas, rows]. Numbers are taken
// relative to the row's first cell, so that a large mean costs no digits. Source: Ba et
// al. 2016, arXiv:1607.06450. forward, backward: `span` invocations a row (see
// row_sum.wgsl). products: one invocation a cell.

override accumulate: bool = false;
override epsilon: f32 = 1e-5;

struct Sizes {
  rows: u32,
  // In cells: a Cell is a vec4f or an f32.
  columns: u32,
  // Cells of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Cell>;              // input
@group(0) @binding(1) var<storage, read> weight: array<Cell>;         // forward, backward: scale of each column
@group(0) @binding(2) var<storage, read> bias: array<Cell>;           // forward: shift of each column
@group(0) @binding(3) var<storage, read_write> y: array<Cell>;        // forward: normalized, then mapped
@group(0) @binding(4) var<storage, read_write> newMean: array<f32>;  // forward: μ of every row
@group(0) @binding(5) var<storage, read_write> newScale: array<f32>; // forward: s of every row
@group(0) @binding(6) var<storage, read> mean: array<f32>;           // backward: the same μ
@group(0) @binding(7) var<storage, read> scale: array<f32>;          // backward: the same s
@group(0) @binding(8) var<storage, read> dY: array<Cell>;             // backward, products: gradient of y
@group(0) @binding(9) var<storage, read_write> dX: array<Cell>;       // backward: gradient of x
@group(0) @binding(10) var<storage, read_write> product: array<Cell>; // products: dY ⊙ x̂
@group(0) @binding(11) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn forward(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let part = partOf(group, groups, lane);
  let count = f32(sizes.columns * CELL);
  let start = group.z * sizes.replicaX + part.row * sizes.columns;
  let origin = x[start];
  var sum = Cell(0.0);
  for (var c = part.first; c < sizes.columns; c += span) { sum += x[start + c] - origin; }
  let center = sumOf(origin) / f32(CELL) + rowSum(sumOf(sum), lane) / count;
  var squares = Cell(0.0);
  for (var c = part.first; c < sizes.columns; c += span) {
    let deviation = x[start + c] - center;
    squares += deviation * deviation;
  }
  let s = 1.0 / sqrt(rowSum(sumOf(squares), lane) / count + epsilon);
  let row = group.z * sizes.rows + part.row;
  let end = select(0u, sizes.columns, part.exists);
  for (var c = part.first; c < end; c += span) {
    let channel = group.z * sizes.columns + c;
    y[row * sizes.columns + c] = (x[start + c] - center) * s * weight[channel] + bias[channel];
  }
  if (part.exists && part.first == 0u) {
    newMean[row] = center;
    newScale[row] = s;
  }
}

@compute @workgroup_size(64)
fn backward(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let part = partOf(group, groups, lane);
  let count = f32(sizes.columns * CELL);
  let start = group.z * sizes.replicaX + part.row * sizes.columns;
  let row = group.z * sizes.rows + part.row;
  let channels = group.z * sizes.columns;
  let base = row * sizes.columns;
  let center = mean[row];
  let s = scale[row];
  var sum = Cell(0.0);
  var products = Cell(0.0);
  for (var c = part.first; c < sizes.columns; c += span) {
    let g = dY[base + c] * weight[channels + c];
    sum += g;
    products += g * (x[start + c] - center) * s;
  }
  let meanSum = rowSum(sumOf(sum), lane) / count;
  let meanProduct = rowSum(sumOf(products), lane) / count;
  let end = select(0u, sizes.columns, part.exists);
  for (var c = part.first; c < end; c += span) {
    let g = dY[base + c] * weight[channels + c];
    var gradient = s * (g - meanSum - (x[start + c] - center) * s * meanProduct);
    if (accumulate) { gradient += dX[base + c]; }
    dX[base + c] = gradient;
  }
}

@compute @workgroup_size(64)
fn products(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = sizes.rows * sizes.columns;
  if (i >= count) { return; }
  let row = id.z * sizes.rows + i / sizes.columns;
  let at = id.z * count + i;
  product[at] = dY[at] * (x[id.z * sizes.replicaX + i] - mean[row]) * scale[row];
}
