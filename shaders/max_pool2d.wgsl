// Largest number of every window of an image, channel by channel:
//
//   forward   y[n, r, c, k]  = max over window (r, c) of x[n, ·, ·, k]
//   backward  dX[n, h, w, k] = Σ dY of the windows that chose (h, w)   (+ dX if `accumulate`)
//
// x, dX [replicas, batch, height, width, channels]; y, dY, winner
// [replicas, batch, rows, columns, channels]. Of equal numbers the first in
// memory order wins, a NaN wins over all, as torch.nn.functional.max_pool2d.
// forward: one invocation a window and channel. backward: one invocation a
// number of x, which asks all windows that cover it, in a fixed order. See
// windows.wgsl for `Sizes`.

override accumulate: bool = false;

@group(0) @binding(0) var<storage, read> x: array<Cell>;            // forward: the image
@group(0) @binding(1) var<storage, read_write> y: array<Cell>;      // forward: the largest numbers
@group(0) @binding(2) var<storage, read_write> winner: array<CellU>; // forward: row · width + column of the chosen pixel
@group(0) @binding(3) var<storage, read> chosen: array<CellU>;       // backward: the same
@group(0) @binding(4) var<storage, read> dY: array<Cell>;           // backward: gradient of y
@group(0) @binding(5) var<storage, read_write> dX: array<Cell>;     // backward: gradient of x
@group(0) @binding(6) var<uniform> sizes: Sizes;

// Of the bits, as compilers may take x != x for false.
fn isNan(value: Cell) -> CellB { return (bitcast<CellU>(value) & CellU(0x7fffffffu)) > CellU(0x7f800000u); }

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
  let first = rows.first * sizes.width + columns.first;
  var pixel = CellU(first);
  var largest = x[base + first * sizes.channels];
  for (var row = rows.first; row < rows.end; row++) {
    for (var column = columns.first; column < columns.end; column++) {
      let candidate = row * sizes.width + column;
      let value = x[base + candidate * sizes.channels];
      let wins = (value > largest) | isNan(value);
      largest = select(largest, value, wins);
      pixel = select(pixel, CellU(candidate), wins);
    }
  }
  y[id.z * count + i] = largest;
  winner[id.z * count + i] = pixel;
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = sizes.batch * sizes.height * sizes.width * sizes.channels;
  if (i >= count) { return; }
  let at = placeOf(i, sizes.height, sizes.width);
  let rows = coveringRows(at.row);
  let columns = coveringColumns(at.column);
  let pixel = CellU(at.row * sizes.width + at.column);
  let image = (id.z * sizes.batch + at.image) * sizes.rows;
  var sum = Cell(0.0);
  for (var row = rows.first; row < rows.end; row++) {
    for (var column = columns.first; column < columns.end; column++) {
      let window = ((image + row) * sizes.columns + column) * sizes.channels + at.channel;
      sum += select(Cell(0.0), dY[window], chosen[window] == pixel);
    }
  }
  let place = id.z * count + i;
  if (accumulate) { sum += dX[place]; }
  dX[place] = sum;
}
