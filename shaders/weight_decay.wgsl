// Weight decay λ, the same for all replicas, for the optimizer whose `update(at,
// gradient)` works on a Cell: `currentWeightDecay()` gives λ.

override weightDecay: f32 = 0.0;

fn currentWeightDecay() -> f32 { return weightDecay; }
