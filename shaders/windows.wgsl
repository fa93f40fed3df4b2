// Pooling: windows of kernelHeight × kernelWidth that slide over images
// x [replicas, batch, height, width, channels] in steps of the stride, from
// `pad` rows and columns outside on; window (r, c) begins at row r·stride − pad.
//
//   forward   y[n, r, c, k]  = what is taken from window (r, c) of x[n, ·, ·, k]
//   backward  dX[n, h, w, k] = Σ of what the windows over (h, w) hand back   (+ dX if `accumulate`)
//
// The file of the kind of pooling declares the bindings and says what is taken:
// `begin()`, `take()`, `finish()`; and what is handed back: `given()`,
// `handedBack()`, `scaled()`. Lanes run over images in memory order, channels
// fastest. forward: one invocation computes one window. backward: one invocation
// computes a block of 2 × 2 pixels and asks each window that covers it once; sums
// run in a fixed order.

override accumulate: bool = false;
override kernelHeight: u32 = 1u;
override kernelWidth: u32 = 1u;
override strideHeight: u32 = 1u;
override strideWidth: u32 = 1u;
override padHeight: u32 = 0u;
override padWidth: u32 = 0u;
// Windows below and beside each other at most that cover a block.
override reachRows: u32 = 1u;
override reachColumns: u32 = 1u;

struct Sizes {
  batch: u32,
  height: u32,
  width: u32,
  // In cells.
  channels: u32,
  // Windows below and beside each other.
  rows: u32,
  columns: u32,
  // Cells of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

struct Place { image: u32, row: u32, column: u32, channel: u32 }

// Cell i of [batch, height, width, channels].
fn placeOf(i: u32, height: u32, width: u32) -> Place {
  let pixel = i / sizes.channels;
  let line = pixel / width;
  let image = line / height;
  return Place(image, line - image * height, pixel - line * width, i - pixel * sizes.channels);
}

// From `first` up to, but without, `end`.
struct Span { first: u32, end: u32 }

fn contains(span: Span, index: u32) -> bool { return span.first <= index && index < span.end; }

// Rows (columns) of the image that window `index` covers; never none, as pad ≤ kernel / 2.
fn covered(index: u32, kernel: u32, stride: u32, pad: u32, size: u32) -> Span {
  let begin = index * stride;
  return Span(max(begin, pad) - pad, min(begin + kernel, size + pad) - pad);
}

// Windows of `count` that cover row (column) `index`; none where the stride left it out.
fn covering(index: u32, kernel: u32, stride: u32, pad: u32, count: u32) -> Span {
  let place = index + pad;
  let first = select((max(place, kernel) - kernel) / stride + 1u, 0u, place < kernel);
  return Span(first, max(first, min(place / stride + 1u, count)));
}

fn coveringRows(row: u32) -> Span {
  return covering(row, kernelHeight, strideHeight, padHeight, sizes.rows);
}

fn coveringColumns(column: u32) -> Span {
  return covering(column, kernelWidth, strideWidth, padWidth, sizes.columns);
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let count = sizes.batch * sizes.rows * sizes.columns * sizes.channels;
  if (i >= count) { return; }
  let at = placeOf(i, sizes.rows, sizes.columns);
  let rows = covered(at.row, kernelHeight, strideHeight, padHeight, sizes.height);
  let columns = covered(at.column, kernelWidth, strideWidth, padWidth, sizes.width);
  let base = id.z * sizes.replicaX
    + at.image * sizes.height * sizes.width * sizes.channels + at.channel;
  let first = rows.first * sizes.width + columns.first;
  var taken = begin(unpack(x[base + first * sizes.channels]), first);
  // Of the same length for all lanes: what an edge cuts off is replaced by the last pixel inside.
  for (var r = 0u; r < kernelHeight; r++) {
    for (var c = 0u; c < kernelWidth; c++) {
      let row = rows.first + r;
      let column = columns.first + c;
      let inside = row < rows.end && column < columns.end;
      let pixel = min(row, rows.end - 1u) * sizes.width + min(column, columns.end - 1u);
      taken = take(taken, unpack(x[base + pixel * sizes.channels]), pixel, inside);
    }
  }
  finish(id.z * count + i, taken);
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  let lines = (sizes.height + 1u) / 2u;
  let blocks = (sizes.width + 1u) / 2u;
  if (i >= sizes.batch * lines * blocks * sizes.channels) { return; }
  let at = placeOf(i, lines, blocks);
  let row = 2u * at.row;
  let column = 2u * at.column;
  let upper = coveringRows(row);
  let lower = coveringRows(row + 1u);
  let left = coveringColumns(column);
  let right = coveringColumns(column + 1u);
  let image = id.z * sizes.batch + at.image;
  let pixel = row * sizes.width + column;
  var sums = array<Cell, 4>();
  // Of the same length for all lanes: windows that are not there hand back nothing.
  for (var r = 0u; r < reachRows; r++) {
    for (var c = 0u; c < reachColumns; c++) {
      let y_ = upper.first + r;
      let x_ = left.first + c;
      let there = y_ < lower.end && x_ < right.end;
      let window = (image * sizes.rows + min(y_, sizes.rows - 1u)) * sizes.columns
        + min(x_, sizes.columns - 1u);
      let gift = given(window * sizes.channels + at.channel, there);
      let up = contains(upper, y_);
      let down = contains(lower, y_);
      sums[0] += handedBack(gift, pixel, up && contains(left, x_));
      sums[1] += handedBack(gift, pixel + 1u, up && contains(right, x_));
      sums[2] += handedBack(gift, pixel + sizes.width, down && contains(left, x_));
      sums[3] += handedBack(gift, pixel + sizes.width + 1u, down && contains(right, x_));
    }
  }
  let place = (image * sizes.height * sizes.width + pixel) * sizes.channels + at.channel;
  let line = sizes.width * sizes.channels;
  let beside = column + 1u < sizes.width;
  let beneath = row + 1u < sizes.height;
  store(place, sums[0]);
  if (beside) { store(place + sizes.channels, sums[1]); }
  if (beneath) { store(place + line, sums[2]); }
  if (beside && beneath) { store(place + line + sizes.channels, sums[3]); }
}

fn store(place: u32, sum: Cell) {
  var gradient = scaled(sum);
  if (accumulate) { gradient += unpack(dX[place]); }
  dX[place] = pack(gradient);
}
