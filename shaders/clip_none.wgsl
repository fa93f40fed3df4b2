// No clipping: the Cell that an optimizer gets is the gradient as it is. Stands
// where clip.wgsl would.

fn clipFactor() -> f32 { return 1.0; }
