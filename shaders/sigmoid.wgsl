// σ(x) = 1 / (1 + e⁻ˣ), σ′ = y (1 − y) from the output y = σ(x). A Cell is a
// vec4f or an f32; each function works on every component alone. `exponential`
// comes from exp.wgsl.

fn activate(x: Cell) -> Cell { return 1.0 / (1.0 + exponential(-x)); }

fn activateDerivative(y: Cell) -> Cell { return y * (1.0 - y); }
