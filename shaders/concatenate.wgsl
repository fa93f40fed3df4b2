// One input of a concatenation along the last axis, which takes the columns from
// `offset` on, and its gradient:
//
//   forward   y[r, offset + c] = x[r, c]
//   backward  dX[r, c] = dY[r, offset + c]   (+ dX if `accumulate`)
//
// x, dX [replicas, rows, columns]; y, dY [replicas, rows, all]. One invocation
// moves `EACH` cells of x, see cells.wgsl.

override accumulate: bool = false;

// Columns in cells, as is all that follows from them.
struct Sizes {
  rows: u32,
  columns: u32,
  all: u32,
  offset: u32,
  // From one replica's x to the next; 0 if all replicas share it.
  replicaX: u32,
}

@group(0) @binding(0) var<storage, read> x: array<Packed>;        // forward: the input
@group(0) @binding(1) var<storage, read_write> y: array<Packed>;  // forward: all inputs side by side
@group(0) @binding(2) var<storage, read> dY: array<Packed>;       // backward: gradient of y
@group(0) @binding(3) var<storage, read_write> dX: array<Packed>; // backward: gradient of x
@group(0) @binding(4) var<uniform> sizes: Sizes;

// Cell i of a replica's x, and where it lies in y.
struct Place { i: u32, column: u32, joined: u32 }

fn placeOf(i: u32, replica: u32) -> Place {
  let row = i / sizes.columns;
  let column = i - row * sizes.columns;
  return Place(i, column, (replica * sizes.rows + row) * sizes.all + sizes.offset + column);
}

// The cell after it: over the end of a row, what others put into y is skipped.
fn next(at: Place) -> Place {
  let last = at.column + 1u == sizes.columns;
  let skipped = select(0u, sizes.all - sizes.columns, last);
  return Place(at.i + 1u, select(at.column + 1u, 0u, last), at.joined + 1u + skipped);
}

@compute @workgroup_size(64)
fn forward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.rows * sizes.columns);
  for (var at = placeOf(first, id.z); at.i < end; at = next(at)) {
    y[at.joined] = x[id.z * sizes.replicaX + at.i];
  }
}

@compute @workgroup_size(64)
fn backward(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let count = sizes.rows * sizes.columns;
  let end = min(first + EACH, count);
  for (var at = placeOf(first, id.z); at.i < end; at = next(at)) {
    let place = id.z * count + at.i;
    if (accumulate) {
      dX[place] = pack(unpack(dX[place]) + unpack(dY[at.joined]));
    } else {
      dX[place] = dY[at.joined];
    }
  }
}
