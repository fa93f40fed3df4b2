// Weight decay λ of each replica's own, for the optimizer whose `update(at,
// gradient)` works on a Cell: `currentWeightDecay()` gives λ once `replica` is set. Expects the
// binding `weightDecay` [replicas].

fn currentWeightDecay() -> f32 { return weightDecay[replica]; }
