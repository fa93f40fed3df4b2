// Norm of the gradient over all parameters together, for every replica r:
//
//   squares  parts[r, first + w] = Σ gᵢ² over the numbers i of workgroup w
//   norm     gradientNorm[r] = s √(Σ parts)
//
// s is a constant, 1 / k where k gradients were added up. One dispatch of
// `squares` a parameter, whose workgroups take `chunk` cells each: see
// lane_sum.wgsl. norm: an invocation adds every 64th part. All sums are added in
// a fixed order.

override gradientScale: f32 = 1.0;

struct Sizes {
  // Numbers of the parameter, and how many cells one workgroup takes.
  count: u32,
  chunk: u32,
  // The first part of this parameter, and the parts of all.
  first: u32,
  parts: u32,
}

@group(0) @binding(0) var<storage, read> gradient: array<Packed>;        // [replicas, count]
@group(0) @binding(1) var<storage, read_write> parts: array<f32>;        // squares: [replicas, parts]
@group(0) @binding(2) var<storage, read> allParts: array<f32>;           // norm: the same
@group(0) @binding(3) var<storage, read_write> gradientNorm: array<f32>; // [replicas]
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn squares(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let w = group.y * groups.x + group.x;
  let cells = sizes.count / CELL;
  let walk = walkOf(w, lane, sizes.chunk, cells);
  var own = Cell(0.0);
  for (var i = walk.first; i < walk.end; i += SIDE) {
    let g = unpack(gradient[group.z * cells + i]);
    own += g * g;
  }
  let sum = laneSum(sumOf(own), lane);
  // Where x is folded into y, the last row may reach beyond.
  if (lane == 0u && w * sizes.chunk < cells) {
    parts[group.z * sizes.parts + sizes.first + w] = sum;
  }
}

@compute @workgroup_size(64)
fn norm(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var own = 0.0;
  for (var i = lane; i < sizes.parts; i += LANES) { own += allParts[group.z * sizes.parts + i]; }
  let sum = laneSum(own, lane);
  if (lane == 0u) { gradientNorm[group.z] = gradientScale * sqrt(sum); }
}
