// Copies a tensor, or adds it to another:
//
//   result = x   (+ result if `accumulate`)
//
// Seen as one row of cells over all replicas. One invocation copies `EACH`
// cells, see cells.wgsl.

override accumulate: bool = false;

struct Sizes { cells: u32 }

@group(0) @binding(0) var<storage, read> x: array<Packed>;            // what is copied
@group(0) @binding(1) var<storage, read_write> result: array<Packed>; // of the same size
@group(0) @binding(2) var<uniform> sizes: Sizes;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.cells);
  for (var at = first; at < end; at++) {
    var value = unpack(x[at]);
    if (accumulate) { value += unpack(result[at]); }
    result[at] = pack(value);
  }
}
