// RMSprop with decay ρ, momentum μ, weight decay λ and learning rate α:
//
//   g ← g + λ θ
//   s ← ρ s + (1 − ρ) g²
//   d = g / (√s + ε),   or   g / √(s + ε)   with ε inside the root
//   v ← μ v + d
//   θ ← θ − α v
//
// Source: torch.optim.RMSprop (ε outside the root). A Cell is a vec4f or an f32,
// see learning_rate.wgsl. Expects v from `withMomentum()` and the binding
// `squareAverage` (s).

override decay: f32 = 0.99;
// 1 − ρ, rounded once.
override share: f32 = 0.01;
override epsilon: f32 = 1e-8;
override epsilonInside: bool = false;

fn prepareUpdate() { prepareRate(); }

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  let g = gradient + lambda * theta;
  let s = decay * squareAverage[at] + share * (g * g);
  squareAverage[at] = s;
  let inside = select(0.0, epsilon, epsilonInside);
  let outside = select(epsilon, 0.0, epsilonInside);
  let direction = g / (sqrt(s + inside) + outside);
  parameter[at] = theta - rate * withMomentum(at, direction);
}
