// Stochastic gradient descent without momentum: θ ← θ − α (g + λ θ), learning
// rate α, weight decay λ, as torch.optim.SGD. Keeps no state.
//
// `prepareUpdate()` is called once by every invocation, when `replica` is set;
// then `update(at, gradient)` works on one Cell (a vec4f or an f32) of
// `parameter` [replicas, ...]. Expects λ from `currentWeightDecay()` and the bindings
// `parameter` and `learningRate` [replicas].

var<private> rate: f32;
var<private> lambda: f32;

fn prepareUpdate() {
  rate = learningRate[replica];
  lambda = currentWeightDecay();
}

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  parameter[at] = theta - rate * (gradient + lambda * theta);
}
