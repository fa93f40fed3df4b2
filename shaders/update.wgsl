// An optimizer's step on its own, where the gradient is not the last thing that
// a matrix product or a sum computes: θ ← update(θ, s f dθ) for one parameter of
// all replicas, [replicas, count]. s is a constant, 1 / k where k gradients were
// added up; f comes from `clipFactor()`. One invocation updates one number;
// `prepareUpdate` and `update` come from the optimizer's file.

alias Cell = f32;
alias CellI = i32;

override gradientScale: f32 = 1.0;

struct Sizes { count: u32 }

var<private> replica: u32;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let i = id.y * groups.x * 64u + id.x;
  if (i >= sizes.count) { return; }
  replica = id.z;
  prepareUpdate();
  let at = id.z * sizes.count + i;
  update(at, gradientScale * clipFactor() * gradient[at]);
}
