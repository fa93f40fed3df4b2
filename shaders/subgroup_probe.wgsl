// Writes the size of a subgroup, to find out whether the compiler takes subgroup
// operations and what they do: lane 0 hears of the last lane by a broadcast. One
// workgroup of eight invocations.

@group(0) @binding(0) var<storage, read_write> size: array<u32>; // [1]

@compute @workgroup_size(8)
fn main(
  @builtin(subgroup_invocation_id) lane: u32,
  @builtin(subgroup_size) lanes: u32,
) {
  let last = subgroupBroadcast(lane, 7u);
  if (lane == 0u) { size[0] = select(0u, lanes, last == 7u); }
}
