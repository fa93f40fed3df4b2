// Softmax of every row, and its gradient:
//
//   forward   y = exp(x − max x) / Σ exp(x − max x)
//   backward  dX = y ⊙ (dY − Σ dY ⊙ y)   (+ dX if `accumulate`)
//
// y, dY, dX [replicas, rows, columns], x alike or shared. The row's maximum is
// taken out before exp, so that nothing overflows; a NaN in a row reaches all of
// it. `SPAN` lanes work on a row, see rows.wgsl; softmax.ts has the passes.

override accumulate: bool = false;

struct Sizes {
  rows: u32,
  // In cells.
  columns: u32,
  // Cells of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Packed>;        // forward: logits
@group(0) @binding(1) var<storage, read_write> y: array<Packed>;  // forward: probabilities
@group(0) @binding(2) var<storage, read> output: array<Packed>;   // backward: y
@group(0) @binding(3) var<storage, read> dY: array<Packed>;       // backward: gradient of y
@group(0) @binding(4) var<storage, read_write> dX: array<Packed>; // backward: gradient of x
@group(0) @binding(5) var<uniform> sizes: Sizes;
