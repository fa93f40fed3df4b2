// Gradient descent with momentum β on the parameter itself, weight decay λ and
// learning rate α; the first step has no move before it:
//
//   θᵏ⁺¹ = θᵏ − α (g + λ θᵏ) + β (θᵏ − θᵏ⁻¹),   θ⁻¹ = θ⁰
//
// Source: Polyak 1964, USSR Comput. Math. Math. Phys. 4(5), 1–17.
//
// `prepareUpdate()` is called once by every invocation, when `replica` is set;
// then `update(at, gradient)` works on one Cell (a vec4f or an f32) of
// `parameter` [replicas, ...]. Expects λ from `currentWeightDecay()` and the bindings
// `parameter`, `learningRate` [replicas], `updatesBefore` (k) [1] and
// `previous` (θᵏ⁻¹), shaped as `parameter`.

override momentum: f32 = 0.0;

var<private> rate: f32;
var<private> lambda: f32;
var<private> first: bool;

fn prepareUpdate() {
  rate = learningRate[replica];
  lambda = currentWeightDecay();
  first = updatesBefore[0] == 0u;
}

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  let before = select(previous[at], theta, first);
  previous[at] = theta;
  parameter[at] = theta - rate * (gradient + lambda * theta) + momentum * (theta - before);
}
