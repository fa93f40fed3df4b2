// The arithmetic of an adapter alone: 12 independent chains of multiply-adds
// per invocation, 8 links of each per turn of the loop, operands in registers.
// One invocation does 2 · 12 · 8 · turns operations and writes one number:
// with factor = term = 1 exactly Σ r + 12 · 8 · turns, r = 0..11, so a skipped
// turn shows.

@group(0) @binding(0) var<storage, read> factors: array<f32>; // [2]: factor, term
@group(0) @binding(1) var<storage, read_write> sums: array<f32>; // [invocations]
@group(0) @binding(2) var<uniform> sizes: Sizes;

struct Sizes {
  turns: u32,
}

override lanes: u32;

@compute @workgroup_size(lanes)
fn main(@builtin(global_invocation_id) id: vec3u) {
  let x = factors[0];
  let y = factors[1];
  var s0 = 0f;
  var s1 = 1f;
  var s2 = 2f;
  var s3 = 3f;
  var s4 = 4f;
  var s5 = 5f;
  var s6 = 6f;
  var s7 = 7f;
  var s8 = 8f;
  var s9 = 9f;
  var s10 = 10f;
  var s11 = 11f;
  for (var turn = 0u; turn < sizes.turns; turn++) {
    // 1 of 8
    s0 = fma(s0, x, y);
    s1 = fma(s1, x, y);
    s2 = fma(s2, x, y);
    s3 = fma(s3, x, y);
    s4 = fma(s4, x, y);
    s5 = fma(s5, x, y);
    s6 = fma(s6, x, y);
    s7 = fma(s7, x, y);
    s8 = fma(s8, x, y);
    s9 = fma(s9, x, y);
    s10 = fma(s10, x, y);
    s11 = fma(s11, x, y);
    // 2 of 8
    s0 = fma(s0, x, y);
    s1 = fma(s1, x, y);
    s2 = fma(s2, x, y);
    s3 = fma(s3, x, y);
    s4 = fma(s4, x, y);
    s5 = fma(s5, x, y);
    s6 = fma(s6, x, y);
    s7 = fma(s7, x, y);
    s8 = fma(s8, x, y);
    s9 = fma(s9, x, y);
    s10 = fma(s10, x, y);
    s11 = fma(s11, x, y);
    // 3 of 8
    s0 = fma(s0, x, y);
    s1 = fma(s1, x, y);
    s2 = fma(s2, x, y);
    s3 = fma(s3, x, y);
    s4 = fma(s4, x, y);
    s5 = fma(s5, x, y);
    s6 = fma(s6, x, y);
    s7 = fma(s7, x, y);
    s8 = fma(s8, x, y);
    s9 = fma(s9, x, y);
    s10 = fma(s10, x, y);
    s11 = fma(s11, x, y);
    // 4 of 8
    s0 = fma(s0, x, y);
    s1 = fma(s1, x, y);
    s2 = fma(s2, x, y);
    s3 = fma(s3, x, y);
    s4 = fma(s4, x, y);
    s5 = fma(s5, x, y);
    s6 = fma(s6, x, y);
    s7 = fma(s7, x, y);
    s8 = fma(s8, x, y);
    s9 = fma(s9, x, y);
    s10 = fma(s10, x, y);
    s11 = fma(s11, x, y);
    // 5 of 8
    s0 = fma(s0, x, y);
    s1 = fma(s1, x, y);
    s2 = fma(s2, x, y);
    s3 = fma(s3, x, y);
    s4 = fma(s4, x, y);
    s5 = fma(s5, x, y);
    s6 = fma(s6, x, y);
    s7 = fma(s7, x, y);
    s8 = fma(s8, x, y);
    s9 = fma(s9, x, y);
    s10 = fma(s10, x, y);
    s11 = fma(s11, x, y);
    // 6 of 8
    s0 = fma(s0, x, y);
    s1 = fma(s1, x, y);
    s2 = fma(s2, x, y);
    s3 = fma(s3, x, y);
    s4 = fma(s4, x, y);
    s5 = fma(s5, x, y);
    s6 = fma(s6, x, y);
    s7 = fma(s7, x, y);
    s8 = fma(s8, x, y);
    s9 = fma(s9, x, y);
    s10 = fma(s10, x, y);
    s11 = fma(s11, x, y);
    // 7 of 8
    s0 = fma(s0, x, y);
    s1 = fma(s1, x, y);
    s2 = fma(s2, x, y);
    s3 = fma(s3, x, y);
    s4 = fma(s4, x, y);
    s5 = fma(s5, x, y);
    s6 = fma(s6, x, y);
    s7 = fma(s7, x, y);
    s8 = fma(s8, x, y);
    s9 = fma(s9, x, y);
    s10 = fma(s10, x, y);
    s11 = fma(s11, x, y);
    // 8 of 8
    s0 = fma(s0, x, y);
    s1 = fma(s1, x, y);
    s2 = fma(s2, x, y);
    s3 = fma(s3, x, y);
    s4 = fma(s4, x, y);
    s5 = fma(s5, x, y);
    s6 = fma(s6, x, y);
    s7 = fma(s7, x, y);
    s8 = fma(s8, x, y);
    s9 = fma(s9, x, y);
    s10 = fma(s10, x, y);
    s11 = fma(s11, x, y);
  }
  sums[id.x] = s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7 + s8 + s9 + s10 + s11;
}
