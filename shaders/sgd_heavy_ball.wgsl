// Gradient descent with momentum β on the parameter itself, weight decay λ and
// learning rate α; the first step has no move before it:
//
//   θᵏ⁺¹ = θᵏ − α (g + λ θᵏ) + β (θᵏ − θᵏ⁻¹),   θ⁻¹ = θ⁰
//
// Source: Polyak 1964, USSR Comput. Math. Math. Phys. 4(5), 1–17. A Cell is a
// vec4f or an f32, see learning_rate.wgsl. Expects the bindings `updatesBefore`
// (k) [1] and `previous` (θᵏ⁻¹).

override momentum: f32 = 0.0;

var<private> first: bool;

fn prepareUpdate() {
  prepareRate();
  first = updatesBefore[0] == 0u;
}

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  let before = select(previous[at], theta, first);
  previous[at] = theta;
  parameter[at] = theta - rate * (gradient + lambda * theta) + momentum * (theta - before);
}
