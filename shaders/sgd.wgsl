// Stochastic gradient descent with momentum μ, weight decay λ and learning rate
// α, in PyTorch's form (torch.optim.SGD, dampening 0):
//
//   g ← g + λ θ
//   v ← μ v + g
//   θ ← θ − α v,   or   θ ← θ − α (g + μ v)   with Nesterov
//
// `prepareUpdate()` is called once by every invocation, when `replica` is set;
// then `update(at, gradient)` works on one Cell (a vec4f or an f32) of
// `parameter` [replicas, ...]. Expects λ from `currentWeightDecay()` and the bindings
// `parameter`, `learningRate` [replicas] and `velocity`, shaped as `parameter`.

override momentum: f32 = 0.0;
override nesterov: bool = false;

var<private> rate: f32;
var<private> lambda: f32;

fn prepareUpdate() {
  rate = learningRate[replica];
  lambda = currentWeightDecay();
}

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  let g = gradient + lambda * theta;
  let v = momentum * velocity[at] + g;
  velocity[at] = v;
  parameter[at] = theta - rate * select(v, g + momentum * v, nesterov);
}
