/** All masks of a few units with their probabilities, so that expectations are sums and not estimates. */
import { type Matrix, matrix } from "../../../study/derivation/algebra.ts";

/** Every mask as a column of zeros and ones, [units, 2^units], and their probabilities as a column. */
export interface Masks {
  readonly masks: Matrix;
  readonly probabilities: Matrix;
}

/** The masks of `units` units of which each is kept with probability `q`. */
export function allMasks(units: number, q: number): Masks {
  const count = 2 ** units;
  const bit = (unit: number, mask: number) => (mask >> unit) & 1;
  const masks = Array.from(
    { length: units * count },
    (_, at) => bit(Math.floor(at / count), at % count),
  );
  const probabilities = Array.from({ length: count }, (_, mask) => {
    let product = 1;
    for (let unit = 0; unit < units; unit++) {
      product *= bit(unit, mask) ? q : 1 - q;
    }
    return product;
  });
  return {
    masks: matrix(units, count, masks),
    probabilities: matrix(count, 1, probabilities),
  };
}

/** `E[f(R)]` over all masks by its definition; R is a column. */
export function expectation(
  { masks, probabilities }: Masks,
  f: (mask: Matrix) => Matrix,
): Matrix {
  const values = Array.from({ length: masks.columns }, (_, k) =>
    f(matrix(
      masks.rows,
      1,
      Array.from(
        { length: masks.rows },
        (_, i) => masks.data[i * masks.columns + k]!,
      ),
    )));
  const { rows, columns } = values[0]!;
  const sum = new Float64Array(rows * columns);
  values.forEach(({ data }, k) =>
    data.forEach((value, i) => sum[i]! += probabilities.data[k]! * value)
  );
  return matrix(rows, columns, sum);
}
