// Sum over the rows of a matrix: sum[c] = Σᵣ x[r, c], the gradient of a bias,
// db = Σ dY over the batch. x [replicas, rows, columns]. Long sums are split:
// part p of a replica adds the rows from p · chunk on, and a second dispatch
// adds the parts. One invocation adds one column of one part, in order.
// `prepare` and `finishCell` come from the epilogue.

struct Sizes { rows: u32, n: u32, chunk: u32, parts: u32 }

var<private> replica: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let column = id.x;
  if (column >= sizes.n) { return; }
  replica = id.z / sizes.parts;
  prepare();
  let first = (id.z % sizes.parts) * sizes.chunk;
  let end = min(first + sizes.chunk, sizes.rows);
  let base = replica * sizes.rows * sizes.n + column;
  var sum = 0.0;
  for (var row = first; row < end; row++) { sum += x[base + row * sizes.n]; }
  finishCell(id.z * sizes.n + column, sum);
}
