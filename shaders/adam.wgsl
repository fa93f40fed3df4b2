// Adam, and AdamW if weight decay is `decoupled`, in update t = 1, 2, …:
//
//   Adam  g ← g + λ θ          AdamW  θ ← (1 − α λ) θ
//   m ← β₁ m + (1 − β₁) g
//   s ← β₂ s + (1 − β₂) g²
//   θ ← θ − α / (1 − β₁ᵗ) · m / (√s / √(1 − β₂ᵗ) + ε)
//
// 1 − βᵗ = −(e^(t ln β) − 1) keeps all digits where βᵗ is near 1. Source: Kingma
// and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2;
// torch.optim.Adam and AdamW.
//
// `prepareUpdate()` is called once by every invocation, when `replica` is set;
// then `update(at, gradient)` works on one Cell (a vec4f or an f32) of
// `parameter` [replicas, ...]. Expects exp.wgsl, λ from `currentWeightDecay()` and the
// bindings `parameter`, `learningRate` [replicas], `updatesBefore` (t − 1)
// [1], `average` (m) and `squareAverage` (s), shaped as `parameter`.

override beta1: f32 = 0.9;
// 1 − β₁ and ln β₁, rounded once each.
override share1: f32 = 0.1;
override logBeta1: f32 = -0.105360516;
override beta2: f32 = 0.999;
override share2: f32 = 0.001;
override logBeta2: f32 = -0.0010005003;
override epsilon: f32 = 1e-8;
override decoupled: bool = false;

// α / (1 − β₁ᵗ) and √(1 − β₂ᵗ), every number of the Cell alike.
var<private> rate: Cell;
var<private> root: Cell;
var<private> lambda: f32;
var<private> keep: f32;

fn prepareUpdate() {
  let t = f32(updatesBefore[0] + 1u);
  let alpha = learningRate[replica];
  rate = alpha / -exponentialMinusOne(Cell(t * logBeta1));
  root = sqrt(-exponentialMinusOne(Cell(t * logBeta2)));
  lambda = select(currentWeightDecay(), 0.0, decoupled);
  keep = 1.0 - select(0.0, alpha * currentWeightDecay(), decoupled);
}

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  let g = gradient + lambda * theta;
  let m = beta1 * average[at] + share1 * g;
  let s = beta2 * squareAverage[at] + share2 * (g * g);
  average[at] = m;
  squareAverage[at] = s;
  parameter[at] = keep * theta - rate * (m / (sqrt(s) / root + epsilon));
}
