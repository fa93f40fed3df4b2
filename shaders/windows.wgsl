// Windows of kernelHeight × kernelWidth that slide over images
// x [replicas, batch, height, width, channels] in steps of the stride, from
// `pad` rows and columns outside on; window (r, c) begins at row r·stride − pad.
// Kernels that pool include it; their lanes run over images in memory order,
// channels fastest.

struct Sizes {
  batch: u32,
  height: u32,
  width: u32,
  // In cells: a Cell is a vec4f or an f32.
  channels: u32,
  // Windows below and beside each other.
  rows: u32,
  columns: u32,
  kernelHeight: u32,
  kernelWidth: u32,
  strideHeight: u32,
  strideWidth: u32,
  padHeight: u32,
  padWidth: u32,
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

fn coveredRows(row: u32) -> Span {
  return covered(row, sizes.kernelHeight, sizes.strideHeight, sizes.padHeight, sizes.height);
}

fn coveredColumns(column: u32) -> Span {
  return covered(column, sizes.kernelWidth, sizes.strideWidth, sizes.padWidth, sizes.width);
}

fn coveringRows(row: u32) -> Span {
  return covering(row, sizes.kernelHeight, sizes.strideHeight, sizes.padHeight, sizes.rows);
}

fn coveringColumns(column: u32) -> Span {
  return covering(column, sizes.kernelWidth, sizes.strideWidth, sizes.padWidth, sizes.columns);
}
