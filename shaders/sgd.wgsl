// Stochastic gradient descent with momentum μ, weight decay λ and learning rate
// α, in PyTorch's form (torch.optim.SGD, dampening 0):
//
//   g ← g + λ θ
//   v ← μ v + g
//   θ ← θ − α v,   or   θ ← θ − α (g + μ v)   with Nesterov
//
// A Cell is a vec4f or an f32, see learning_rate.wgsl. Expects the binding
// `velocity` (v).

override momentum: f32 = 0.0;
override nesterov: bool = false;

fn prepareUpdate() { prepareRate(); }

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  let g = gradient + lambda * theta;
  let v = momentum * velocity[at] + g;
  velocity[at] = v;
  parameter[at] = theta - rate * select(v, g + momentum * v, nesterov);
}
