/** Losses as their definitions, on top of the operations. */
import { formatShape } from "../core/shape.ts";
import { operation, type Var } from "./autodiff.ts";
import { mean, scale, square, sub, sum } from "./operations.ts";

/** `½‖y‖²` over all elements. */
export function halfSquaredNorm(y: Var): Var {
  return scale(sum(square(y)), 0.5);
}

/** Mean over all elements of `(y − t)²`. */
export function meanSquaredError(y: Var, t: Var): Var {
  return mean(square(sub(y, t)));
}

/**
 * Cross-entropy of row-wise softmax, averaged over rows:
 * `1/B Σ_b (ln Σ_k e^{z_bk} − z_b,c_b)`, gradient `(softmax(z_b) − onehot(c_b)) / B`.
 * Shapes: logits [batch, classes], one class index per row.
 *
 * @throws {TypeError} If shapes do not fit or a class does not exist
 */
export function softmaxCrossEntropy(
  logits: Var,
  classes: ArrayLike<number>,
): Var {
  const [batch, count] = logits.shape;
  if (
    batch === undefined || count === undefined || logits.shape.length !== 2 ||
    classes.length !== batch
  ) {
    throw new TypeError(
      `Cannot take the cross-entropy of ${
        formatShape(logits.shape)
      } logits and ${classes.length} classes: need [batch, classes] and one class per row`,
    );
  }
  const slope = new Float64Array(logits.value.length);
  let total = 0;
  for (let b = 0; b < batch; b++) {
    const right = classes[b]!;
    if (!Number.isInteger(right) || right < 0 || right >= count) {
      throw new TypeError(
        `Cannot take the cross-entropy: row ${b} has class ${right}, there are ${count}`,
      );
    }
    const row = logits.value.subarray(b * count, (b + 1) * count);
    const largest = row.reduce((a, z) => Math.max(a, z), -Infinity);
    const norm = row.reduce((all, z) => all + Math.exp(z - largest), 0);
    total += largest + Math.log(norm) - row[right]!;
    row.forEach((z, k) => {
      const softmax = Math.exp(z - largest) / norm;
      slope[b * count + k] = (softmax - (k === right ? 1 : 0)) / batch;
    });
  }
  return operation(Float64Array.of(total / batch), [], [{
    to: logits,
    pull: (grad, into) => slope.forEach((s, i) => into[i]! += grad[0]! * s),
  }]);
}
