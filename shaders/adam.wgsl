// Adam, and AdamW if weight decay is `decoupled`, in update t = 1, 2, …:
//
//   Adam  g ← g + λ θ          AdamW  θ ← (1 − α λ) θ
//   m ← β₁ m + (1 − β₁) g
//   s ← β₂ s + (1 − β₂) g²
//   θ ← θ − α / (1 − β₁ᵗ) · m / (√s / √(1 − β₂ᵗ) + ε)
//
// 1 − βᵗ = −(e^(t ln β) − 1) keeps all digits where βᵗ is near 1. Source: Kingma
// and Ba 2015, algorithm 1; Loshchilov and Hutter 2019, algorithm 2;
// torch.optim.Adam and AdamW. A Cell is a vec4f or an f32, see learning_rate.wgsl.
// Expects exp.wgsl and the bindings `updatesBefore` (t − 1) [1], `average` (m) and
// `squareAverage` (s).

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
var<private> stepSize: Cell;
var<private> root: Cell;

fn prepareUpdate() {
  prepareRate();
  let t = f32(updatesBefore[0] + 1u);
  stepSize = rate / -exponentialMinusOne(Cell(t * logBeta1));
  root = sqrt(-exponentialMinusOne(Cell(t * logBeta2)));
}

fn update(at: u32, gradient: Cell) {
  let theta = parameter[at];
  let g = gradient + select(lambda, 0.0, decoupled) * theta;
  let keep = 1.0 - select(0.0, rate * lambda, decoupled);
  let m = beta1 * average[at] + share1 * g;
  let s = beta2 * squareAverage[at] + share2 * (g * g);
  average[at] = m;
  squareAverage[at] = s;
  parameter[at] = keep * theta - stepSize * (m / (sqrt(s) / root + epsilon));
}
