// Momentum μ for an optimizer's step on one Cell (a vec4f or an f32):
// v ← μ v + d; `withMomentum(at, d)` gives the new v. Expects the binding `velocity`,
// shaped as the parameter.

override momentum: f32 = 0.0;

fn withMomentum(at: u32, direction: Cell) -> Cell {
  let v = momentum * velocity[at] + direction;
  velocity[at] = v;
  return v;
}
