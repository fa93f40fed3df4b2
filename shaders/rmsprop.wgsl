// RMSprop with decay ρ, momentum μ, weight decay λ and learning rate α:
//
//   g ← g + λ θ
//   s ← ρ s + (1 − ρ) g²
//   d = g / (√s + ε),   or   g / √(s + ε)   with ε inside the root
//   v ← μ v + d
//   θ ← θ − α v
//
// Source: torch.optim.RMSprop (ε outside the root).
//
// `prepareUpdate()` is called once by every invocation, when `replica` is set;
// then `update(at, gradient)` works on one Cell (a vec4f or an f32) of
// `parameter` [replicas, ...]. Expects λ from `currentWeightDecay()`, v from
// `withMomentum()` and the bindings `parameter`, `learningRate` [replicas] and
// `squareAverage` (s), shaped as `parameter`.

override decay: f32 = 0.99;
// 1 − ρ, rounded once.
override share: f32 = 0.01;
override epsilon: f32 = 1e-8;
override epsilonInside: bool = false;

var<private> rate: f32;
var<private> lambda: f32;

fn prepareUpdate() {
  rate = learningRate[replica];
  lambda = currentWeightDecay();
}

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
