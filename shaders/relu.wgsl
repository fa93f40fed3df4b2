// relu(x) = max(x, 0), relu′ = 1 where the output y > 0, else 0, so 0 at 0 as in
// PyTorch. Written with a comparison, as max(NaN, 0) may give 0 and hide a NaN.
// A Cell is a vec4f or an f32; each function works on every component alone.

fn activate(x: Cell) -> Cell { return select(x, Cell(0.0), x < Cell(0.0)); }

fn activateDerivative(y: Cell) -> Cell {
  return select(Cell(0.0), Cell(1.0), y > Cell(0.0));
}
