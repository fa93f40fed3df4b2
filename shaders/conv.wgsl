// Convolution as a matrix product whose rows are gathered through a window, for
// every replica; channels come last, weights are [out, kernel..., in]:
//
//   NT  y[p, o]      = Σ_tap Σ_i  x[p·stride + tap − padding, i] · w[o, tap, i]
//   NN  dX[p, i]     = Σ_tap Σ_o  dY[(p + padding − tap) / stride, o] · w[o, tap, i]
//   TN  dW[o, tap, i] = Σ_p  dY[p, o] · x[p·stride + tap − padding, i]
//
// p counts pixels (image, z, y, x), a tap is (z, y, x) in the kernel; two
// dimensions are three with a depth of one. Pixels outside count as zero. NT and
// NN loop over taps and then over channels, TN over the planes of the output with
// one tap a workgroup. Source: Chellapilla, Puri and Simard 2006, with the
// gathered matrix never stored. The lanes of a tile gather its rows; tiles, sums and
// epilogue are those of gemm.wgsl, and conv.ts writes the loops around them.

struct Sizes {
  // NT: pixels of y, out, in. NN: pixels of x, in, out. TN: out, in, pixels of y.
  m: u32,
  n: u32,
  k: u32,
  // Images that one invocation of TN adds up, and into how many parts they fall.
  chunk: u32,
  splits: u32,
  replicaA: u32,
  replicaB: u32,
  images: u32,
  // depth, height, width each.
  input: vec4u,
  output: vec4u,
  kernel: vec4u,
  stride: vec4u,
  padding: vec4u,
}

var<private> baseA: u32;
var<private> baseB: u32;
var<private> baseC: u32;
var<private> replica: u32;
// NT: elements from one row of B to the next.
var<private> rowB: u32;
// Tap that is worked on, and the elements before it in a row of weights.
var<private> tapB: u32;

fn tapCount() -> u32 { return sizes.kernel.x * sizes.kernel.y * sizes.kernel.z; }

// (z, y, x) of a tap in the kernel.
fn offsetOf(tap: u32) -> vec3i {
  let line = tap / sizes.kernel.z;
  return vec3i(vec3u(line / sizes.kernel.y, line % sizes.kernel.y, tap % sizes.kernel.z));
}

// (z, y, x, image) of a pixel.
fn pixelOf(p: u32, size: vec4u) -> vec4i {
  let line = p / size.z;
  let plane = line / size.y;
  return vec4i(vec4u(plane % size.x, line % size.y, p % size.z, plane / size.x));
}

// Number of a pixel, counted in an array of images of this size.
fn pixelAt(place: vec3i, image: i32, size: vec4u) -> i32 {
  let s = vec3i(size.xyz);
  return ((image * s.x + place.x) * s.y + place.y) * s.z + place.z;
}

fn isInside(place: vec3i, size: vec4u) -> bool {
  return all(place >= vec3i(0)) && all(place < vec3i(size.xyz));
}
