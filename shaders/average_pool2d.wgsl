// Mean of every window of an image, channel by channel; the padding counts as
// zeros, as torch.nn.functional.avg_pool2d does:
//
//   forward   y[n, r, c, k]  = (1/K) Σ over window (r, c) of x[n, ·, ·, k]
//   backward  dX[n, h, w, k] = (1/K) Σ dY of the windows over (h, w)   (+ dX if `accumulate`)
//
// K = kernelHeight · kernelWidth; x, dX [replicas, batch, height, width, channels];
// y, dY [replicas, batch, rows, columns, channels]. forward: one invocation a
// window and channel. backward: one invocation a number of x; sums run in a fixed
// order. See windows.wgsl for `Sizes`.

override accumulate: bool = false;

@group(0) @binding(0) var<storage, read> x: array<Cell>;        // forward: the image
@group(0) @binding(1) var<storage, read_write> y: array<Cell>;  // forward: the means
@group(0) @binding(2) var<storage, read> dY: array<Cell>;       // backward: gradient of y
@group(0) @binding(3) var<storage, read_write> dX: array<Cell>; // backward: gradient of x
@group(0) @binding(4) var<uniform> sizes: Sizes;

fn share() -> f32 { return 1.0 / f32(sizes.kernelHeight * sizes.kernelWidth); }

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = sizes.batch * sizes.rows * sizes.columns * sizes.channels;
  if (i >= count) { return; }
  let at = placeOf(i, sizes.rows, sizes.columns);
  let rows = coveredRows(at.row);
  let columns = coveredColumns(at.column);
  let base = id.z * sizes.replicaX
    + at.image * sizes.height * sizes.width * sizes.channels + at.channel;
  var sum = Cell(0.0);
  for (var row = rows.first; row < rows.end; row++) {
    for (var column = columns.first; column < columns.end; column++) {
      sum += x[base + (row * sizes.width + column) * sizes.channels];
    }
  }
  y[id.z * count + i] = sum * share();
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = sizes.batch * sizes.height * sizes.width * sizes.channels;
  if (i >= count) { return; }
  let at = placeOf(i, sizes.height, sizes.width);
  let rows = coveringRows(at.row);
  let columns = coveringColumns(at.column);
  let image = (id.z * sizes.batch + at.image) * sizes.rows;
  var sum = Cell(0.0);
  for (var row = rows.first; row < rows.end; row++) {
    for (var column = columns.first; column < columns.end; column++) {
      sum += dY[((image + row) * sizes.columns + column) * sizes.channels + at.channel];
    }
  }
  let place = id.z * count + i;
  var gradient = sum * share();
  if (accumulate) { gradient += dX[place]; }
  dX[place] = gradient;
}
