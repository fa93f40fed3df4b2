// Clips the gradient of a replica by its norm over all parameters, c being the
// longest that it may be, before an optimizer's step on a Cell:
//
//   g ← g · min(1, c / (‖g‖ + 10⁻⁶))
//
// `clipFactor()` gives the factor once `replica` is set; NaN stays NaN. Expects
// the binding `gradientNorm` [replicas]. Source: torch.nn.utils.clip_grad_norm_.

override clipNorm: f32 = 1.0;

fn clipFactor() -> f32 {
  let factor = clipNorm / (gradientNorm[replica] + 1e-6);
  return select(factor, 1.0, factor > 1.0);
}
