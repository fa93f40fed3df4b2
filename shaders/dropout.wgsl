// Dropout with inverted scaling, forward and backward alike:
//
//   result = x ⊙ mask / (1 − p)   (+ result if `accumulate`)
//
// where mask is 1 with probability 1 − p. x, result [replicas, count]; x is the
// input or the gradient of the output. Word i mod 4 of the counter (⌊i / 4⌋, step)
// under the key (seed, layer) decides on number i, so that both passes see the
// same mask, no step sees that of another, and nothing is stored. Source:
// Srivastava et al. 2014, JMLR 15(56). One invocation works on `EACH` fours of
// neighbours, see cells.wgsl; `randomWords` comes from random.wgsl.

override accumulate: bool = false;
// 1 / (1 − p), and 0 where everything drops.
override scale: f32 = 2.0;

struct Sizes {
  // Numbers of a replica.
  count: u32,
  // p · 2³², at most 2³² − 1: words below drop.
  threshold: u32,
  layer: u32,
  // Cells of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Packed>;            // input, or dY
@group(0) @binding(1) var<storage, read> step: array<u32>;            // [1]: updates done before
@group(0) @binding(2) var<storage, read> seed: array<u32>;            // [replicas]
@group(0) @binding(3) var<storage, read_write> result: array<Packed>; // y or dX
@group(0) @binding(4) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, (sizes.count + 3u) / 4u);
  let key = vec2u(seed[id.z], sizes.layer);
  let cells = sizes.count / CELL;
  for (var four = first; four < end; four++) {
    let words = randomWords(vec4u(four, step[0], 0u, 0u), key);
    for (var i = 0u; i < 4u / CELL; i++) {
      let at = four * (4u / CELL) + i;
      if (at < cells) {
        let dropped = cellOf(words, i) < CellU(sizes.threshold);
        var value = unpack(x[id.z * sizes.replicaX + at]) * select(Cell(scale), Cell(0.0), dropped);
        if (accumulate) { value += unpack(result[id.z * cells + at]); }
        result[id.z * cells + at] = pack(value);
      }
    }
  }
}
