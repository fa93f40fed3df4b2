// Gradients of weight and bias of layer normalization, see layer_norm.wgsl: of
// every chunk of rows, all chunks together being dBias and dWeight,
//
//   parts  Σ dY  and  Σ dY ⊙ x̂,  x̂ = (x − μ) s
//
// dY [replicas, rows, channels], x alike or shared; mean and scale [replicas,
// rows]; partSum and partProduct [replicas, parts, channels]. One invocation walks
// down a chunk, see channels.wgsl.

@group(0) @binding(0) var<storage, read> x: array<Packed>;                 // input of the layer
@group(0) @binding(1) var<storage, read> dY: array<Packed>;                // gradient of its output
@group(0) @binding(2) var<storage, read> mean: array<f32>;                 // μ of every row
@group(0) @binding(3) var<storage, read> scale: array<f32>;                // s of every row
@group(0) @binding(4) var<storage, read_write> partSum: array<Packed>;     // Σ dY
@group(0) @binding(5) var<storage, read_write> partProduct: array<Packed>; // Σ dY ⊙ x̂
@group(0) @binding(6) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn parts(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let walk = walkOf(id.y * groups.x * 64u + id.x, sizes.chunk, sizes.rows);
  if (walk.part >= sizes.parts) { return; }
  let base = id.z * sizes.rows * sizes.channels;
  let start = id.z * sizes.replicaX;
  var row = id.z * sizes.rows + walk.part * sizes.chunk;
  var sum = array<Cell, ACROSS>();
  var product = array<Cell, ACROSS>();
  for (var at = walk.first; at < walk.end; at += sizes.channels) {
    let center = mean[row];
    let s = scale[row];
    for (var k = 0u; k < ACROSS; k++) {
      let gradient = unpack(dY[base + at + k]);
      sum[k] += gradient;
      product[k] += gradient * ((unpack(x[start + at + k]) - center) * s);
    }
    row++;
  }
  let place = partAt(walk, id.z);
  for (var k = 0u; k < ACROSS; k++) {
    partSum[place + k] = pack(sum[k]);
    partProduct[place + k] = pack(product[k]);
  }
}
