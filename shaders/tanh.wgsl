// tanh x = (e²ˣ − 1) / (e²ˣ + 1), tanh′ = 1 − y² from the output y = tanh x. A
// Cell is a vec4f or an f32; each function works on every component alone.
// Beyond |x| = 10 float32 rounds to ±1. `exponentialMinusOne` comes from
// exp.wgsl.

fn activate(x: Cell) -> Cell {
  let atLeast = select(x, Cell(-10.0), x < Cell(-10.0));
  let e = exponentialMinusOne(2.0 * select(atLeast, Cell(10.0), atLeast > Cell(10.0)));
  return e / (e + 2.0);
}

fn activateDerivative(y: Cell) -> Cell { return 1.0 - y * y; }
