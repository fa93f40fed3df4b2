// Sum over the rows of a matrix: sum[c] = Σᵣ x[r, c], the gradient of a bias,
// db = Σ dY over the batch. x [replicas, rows, columns]. Long sums are split:
// part p of a replica adds the rows from p · chunk on, and a second dispatch
// adds the parts. One invocation adds `ACROSS` neighbouring cells of columns of one
// part, in order; eight lanes together then read whole lines of a cache.
// `prepare` and `finishCell` come from the epilogue.

// n counts columns.
struct Sizes { rows: u32, n: u32, chunk: u32, parts: u32 }

var<private> replica: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let width = sizes.n / CELL;
  let column = id.x * ACROSS;
  if (column >= width) { return; }
  replica = id.z / sizes.parts;
  prepare();
  let first = (id.z % sizes.parts) * sizes.chunk;
  let end = min(first + sizes.chunk, sizes.rows);
  let base = replica * sizes.rows * width + column;
  var sums = array<Cell, ACROSS>();
  for (var row = first; row < end; row++) {
    for (var k = 0u; k < ACROSS; k++) { sums[k] += x[base + row * width + k]; }
  }
  for (var k = 0u; k < ACROSS; k++) { finishCell((id.z * width + column + k) * CELL, sums[k]); }
}
