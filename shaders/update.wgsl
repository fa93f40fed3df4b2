// An optimizer's step on its own, where the gradient is not the last thing that
// a matrix product or a sum computes: θ ← update(θ, s f dθ) for one parameter of
// all replicas, [replicas, cells]. s is a constant, 1 / k where k gradients were
// added up; f comes from `clipFactor()`. One invocation updates `EACH` cells, see
// cells.wgsl; `prepareUpdate` and `update` come from the optimizer's file.

override gradientScale: f32 = 1.0;

// Of one replica.
struct Sizes { cells: u32 }

var<private> replica: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let first = firstCell(id, groups);
  let end = min(first + EACH, sizes.cells);
  replica = id.z;
  prepareUpdate();
  let scale = gradientScale * clipFactor();
  for (var i = first; i < end; i++) {
    let at = id.z * sizes.cells + i;
    update(at, scale * gradient[at]);
  }
}
