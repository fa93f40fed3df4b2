// Adds up the parts of a matrix product whose k was split, in a fixed order:
// C[i] = bias + Σₛ parts[s, i], then the product's epilogue. parts [replicas, splits,
// m, n]. One invocation adds one cell. See gemm.wgsl for `Sizes` and the epilogue
// for `prepare`, `startCell` and `finishCell`.

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let at = (id.y * groups.x * 64u + id.x) * CELL;
  let count = sizes.m * sizes.n;
  if (at >= count) { return; }
  replica = id.z;
  prepare();
  var sum = startCell(at % sizes.n);
  for (var part = 0u; part < sizes.splits; part++) {
    sum += parts[((id.z * sizes.splits + part) * count + at) / CELL];
  }
  finishCell(id.z * count + at, sum);
}
