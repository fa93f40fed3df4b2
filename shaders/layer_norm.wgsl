// Normalization of every row to mean 0 and variance 1, then an affine map, and
// the gradient of its input. With C columns, x̂ = (x − μ) s and g = dY ⊙ weight:
//
//   forward   μ = (1/C) Σ x,  s = 1 / √((1/C) Σ (x − μ)² + ε),  y = x̂ ⊙ weight + bias
//   backward  dX = s (g − (1/C) Σ g − x̂ (1/C) Σ g ⊙ x̂)   (+ dX if `accumulate`)
//
// y, dY, dX [replicas, rows, columns], x alike or shared; weight and bias
// [replicas, columns]; means and scales [replicas, rows]. Numbers are taken
// relative to the row's first cell, so that a large mean costs no digits. Source:
// Ba et al. 2016, arXiv:1607.06450. `SPAN` lanes work on a row, see
// rows.wgsl; layer_norm.ts has the passes.

override accumulate: bool = false;
override epsilon: f32 = 1e-5;

struct Sizes {
  rows: u32,
  // In cells.
  columns: u32,
  // Cells of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Packed>;           // input
@group(0) @binding(1) var<storage, read> weight: array<Packed>;      // scale of each column
@group(0) @binding(2) var<storage, read> bias: array<Packed>;        // forward: shift of each column
@group(0) @binding(3) var<storage, read_write> y: array<Packed>;     // forward: normalized, then mapped
@group(0) @binding(4) var<storage, read_write> newMean: array<f32>;  // forward: μ of every row
@group(0) @binding(5) var<storage, read_write> newScale: array<f32>; // forward: s of every row
@group(0) @binding(6) var<storage, read> mean: array<f32>;           // backward: the same μ
@group(0) @binding(7) var<storage, read> scale: array<f32>;          // backward: the same s
@group(0) @binding(8) var<storage, read> dY: array<Packed>;          // backward: gradient of y
@group(0) @binding(9) var<storage, read_write> dX: array<Packed>;    // backward: gradient of x
@group(0) @binding(10) var<uniform> sizes: Sizes;

fn store(place: u32, gradient: Cell) {
  var all = gradient;
  if (accumulate) { all += unpack(dX[place]); }
  dX[place] = pack(all);
}
