// Stochastic gradient descent without momentum: θ ← θ − α (g + λ θ), learning
// rate α, weight decay λ, as torch.optim.SGD. Keeps no state. A Cell is a vec4f
// or an f32, see learning_rate.wgsl.

fn prepareUpdate() { prepareRate(); }

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  parameter[at] = theta - rate * (gradient + lambda * theta);
}
