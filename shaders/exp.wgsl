// eˣ and eˣ − 1 to about one unit in the last place: the built-in exp may be off
// by many, and differs between devices. With x = n ln 2 + r, |r| ≤ ½ ln 2,
//
//   eˣ = 2ⁿ (1 + p),   eˣ − 1 = 2ⁿ p + (2ⁿ − 1),   p = r + r²/2! + … + r⁷/7!
//
// ln 2 is subtracted in two parts, the first so short that n times it is exact.
// Beyond the range of float32 the argument is limited, so that the result is
// tiny or huge, but finite; the limits are comparisons, so that NaN stays NaN.
// Source: Cody and Waite 1980, Software Manual for the Elementary Functions.
// A Cell is a vec4f or an f32, a CellI a vec4i or an i32.

struct Reduced { power: Cell, p: Cell }

// 2ⁿ and p. The limits keep n from −126 to 127, where 2ⁿ is its exponent's bits alone.
fn reduce(x: Cell) -> Reduced {
  let atLeast = select(x, Cell(-87.0), x < Cell(-87.0));
  let limited = select(atLeast, Cell(88.0), atLeast > Cell(88.0));
  let n = round(limited * 1.44269504);
  let r = (limited - n * 0.693359375) + n * 2.12194440e-4;
  let p = r + r * r * (0.5 + r * (1.66666667e-1 + r * (4.16666667e-2
    + r * (8.33333333e-3 + r * (1.38888889e-3 + r * 1.98412698e-4)))));
  return Reduced(bitcast<Cell>((CellI(n) + 127) * 0x800000), p);
}

// eˣ
fn exponential(x: Cell) -> Cell {
  let reduced = reduce(x);
  return (1.0 + reduced.p) * reduced.power;
}

// eˣ − 1, exact near 0 where eˣ and 1 would cancel.
fn exponentialMinusOne(x: Cell) -> Cell {
  let reduced = reduce(x);
  return reduced.p * reduced.power + (reduced.power - 1.0);
}
