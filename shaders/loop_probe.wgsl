// Counts to `turns` in a loop, to find out whether the driver ends an invocation
// after some number of iterations: a driver without such a limit writes `turns`.
// One invocation.

override turns: u32 = 1u;

@group(0) @binding(0) var<storage, read_write> counted: array<u32>; // [1]

@compute @workgroup_size(1)
fn main() {
  var count = 0u;
  for (var i = 0u; i < turns; i++) { count += 1u + counted[0] * 0u; }
  counted[0] = count;
}
