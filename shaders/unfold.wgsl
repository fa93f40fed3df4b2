// The windows of a convolution as rows of a matrix, where few channels come in:
//
//   columns[p, (tap, i)] = x[p·stride + tap − padding, i]
//
// x [replicas, images, depth, height, width, in], columns [replicas, pixels of y,
// taps · in]; pixels outside count as zero. A product gathers four channels at a
// time and would waste most of that; rows of whole windows waste nothing.
// Source: Chellapilla, Puri and Simard 2006. One invocation a pixel p. See
// conv.wgsl for `Sizes`: those of NT.

@group(0) @binding(0) var<storage, read> x: array<f32>;             // images
@group(0) @binding(1) var<storage, read_write> columns: array<f32>; // windows, one a row
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let p = id.y * groups.x * 64u + id.x;
  if (p >= sizes.m) { return; }
  let pixel = pixelOf(p, sizes.output);
  let corner = pixel.xyz * vec3i(sizes.stride.xyz) - vec3i(sizes.padding.xyz);
  let base = id.z * sizes.replicaA;
  var at = (id.z * sizes.m + p) * tapCount() * sizes.k;
  for (var z = 0; z < i32(sizes.kernel.x); z++) {
    for (var y = 0; y < i32(sizes.kernel.y); y++) {
      for (var x_ = 0; x_ < i32(sizes.kernel.z); x_++) {
        let place = corner + vec3i(z, y, x_);
        let inside = isInside(place, sizes.input);
        let source = max(pixelAt(place, pixel.w, sizes.input), 0);
        for (var i = 0u; i < sizes.k; i++) {
          columns[at] = select(0.0, x[base + u32(source) * sizes.k + i], inside);
          at++;
        }
      }
    }
  }
}
