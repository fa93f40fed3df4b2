// Dropout with inverted scaling, forward and backward alike:
//
//   result = x ⊙ mask / (1 − p)   (+ result if `accumulate`)
//
// where mask is 1 with probability 1 − p. x, result [replicas, count]; x is the
// input or the gradient of the output. Word i mod 4 of the counter (⌊i / 4⌋, step)
// under the key (seed, layer) decides on number i, so that both passes see the
// same mask, no step sees that of another, and nothing is stored. Source:
// Srivastava et al. 2014, JMLR 15(56). One invocation works on four neighbours;
// `randomWords` comes from random.wgsl.

override accumulate: bool = false;
override probability: f32 = 0.5;

struct Sizes {
  count: u32,
  // p · 2³²: words below drop.
  threshold: u32,
  layer: u32,
  // Elements of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<f32>;            // input, or dY
@group(0) @binding(1) var<storage, read> step: array<u32>;         // [1]: updates done before
@group(0) @binding(2) var<storage, read> seed: array<u32>;         // [replicas]
@group(0) @binding(3) var<storage, read_write> result: array<f32>; // y or dX
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let block = id.y * groups.x * 64u + id.x;
  if (block * 4u >= sizes.count) { return; }
  let words = randomWords(vec4u(block, step[0], 0u, 0u), vec2u(seed[id.z], sizes.layer));
  let scale = 1.0 / (1.0 - probability);
  let end = min(block * 4u + 4u, sizes.count);
  for (var i = block * 4u; i < end; i++) {
    let factor = select(scale, 0.0, words[i % 4u] < sizes.threshold);
    let at = id.z * sizes.count + i;
    var value = x[id.z * sizes.replicaX + i] * factor;
    if (accumulate) { value += result[at]; }
    result[at] = value;
  }
}
