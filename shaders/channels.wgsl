// Work on channels over many rows, x [replicas, rows, channels] or shared: one
// invocation takes `ACROSS` neighbouring cells of channels and walks down a chunk
// of rows, or a run of them; eight lanes together then read whole lines of a cache.

struct Sizes {
  rows: u32,
  // In cells, as is all that follows from it.
  channels: u32,
  // Rows of one example.
  pixels: u32,
  // Chunks of rows that sums are cut into.
  chunk: u32,
  parts: u32,
  // Cells of x from one replica to the next; 0 if all replicas share it.
  replicaX: u32,
}

// Rows of a run.
const RUN = 16u;

// Cells from `first` on up to, but without, `end`, a row apart, from channel `channel` on.
struct Walk { part: u32, channel: u32, first: u32, end: u32 }

// Where invocation i walks if it takes `length` rows of the first `rows`.
fn walkOf(i: u32, length: u32, rows: u32) -> Walk {
  let across = sizes.channels / ACROSS;
  let part = i / across;
  let channel = (i - part * across) * ACROSS;
  let first = min(part * length, rows);
  let end = min(first + length, rows);
  return Walk(part, channel, first * sizes.channels + channel, end * sizes.channels);
}

// Where the results of a chunk lie, [replicas, parts, channels].
fn partAt(walk: Walk, replica: u32) -> u32 {
  return (replica * sizes.parts + walk.part) * sizes.channels + walk.channel;
}

// Rows of the `examples` that count.
fn rowsOf(examples: u32) -> u32 { return min(examples * sizes.pixels, sizes.rows); }
