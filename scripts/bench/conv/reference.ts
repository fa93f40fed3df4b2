import { sampledEntries } from "../entries.ts";
import {
  type Conv,
  convArrays,
  convRoles,
  convShapes,
  outputSize,
} from "./workload.ts";

type Index4 = [number, number, number, number];

/**
 * Compared entries of a pass in float64: sums over
 * `y[n, r, c, o] ← x[n, r + i − padding, c + j − padding, k] · weight[o, i, j, k]`
 * with one of the three arrays fixed to the entry.
 */
export function expectedConv(conv: Conv): number[] {
  const { x, weight, y } = convArrays(conv);
  const { batch, size, inputs, outputs, kernel, padding, pass } = conv;
  const shapes = convShapes(conv);
  const out = outputSize(conv);
  const at = (shape: readonly number[], index: Index4) =>
    index.reduce((sum, i, axis) => sum * shape[axis]! + i, 0);
  const inside = (i: number, end: number) => i >= 0 && i < end;

  const forward = ([n, row, column, o]: Index4) => {
    let sum = 0;
    for (let i = 0; i < kernel; i++) {
      for (let j = 0; j < kernel; j++) {
        const [r, c] = [row + i - padding, column + j - padding];
        if (!inside(r, size) || !inside(c, size)) continue;
        for (let k = 0; k < inputs; k++) {
          sum += x[at(shapes.x, [n, r, c, k])]! *
            weight[at(shapes.weight, [o, i, j, k])]!;
        }
      }
    }
    return sum;
  };
  const input = ([n, row, column, k]: Index4) => {
    let sum = 0;
    for (let i = 0; i < kernel; i++) {
      for (let j = 0; j < kernel; j++) {
        const [r, c] = [row - i + padding, column - j + padding];
        if (!inside(r, out) || !inside(c, out)) continue;
        for (let o = 0; o < outputs; o++) {
          sum += y[at(shapes.y, [n, r, c, o])]! *
            weight[at(shapes.weight, [o, i, j, k])]!;
        }
      }
    }
    return sum;
  };
  const ofWeight = ([o, i, j, k]: Index4) => {
    let sum = 0;
    for (let n = 0; n < batch; n++) {
      for (let r = 0; r < out; r++) {
        for (let c = 0; c < out; c++) {
          const [row, column] = [r + i - padding, c + j - padding];
          if (!inside(row, size) || !inside(column, size)) continue;
          sum += y[at(shapes.y, [n, r, c, o])]! *
            x[at(shapes.x, [n, row, column, k])]!;
        }
      }
    }
    return sum;
  };
  const entryOf = { forward, input, weight: ofWeight }[pass];
  const shape = shapes[convRoles[pass].result];
  return sampledEntries(shape.reduce((a, b) => a * b)).map((entry) =>
    entryOf(unravel(entry, shape))
  );
}

/** The index of an entry of a row-major array. */
function unravel(entry: number, shape: readonly number[]): Index4 {
  const index = [0, 0, 0, 0];
  for (let axis = 3; axis >= 0; axis--) {
    index[axis] = entry % shape[axis]!;
    entry = Math.floor(entry / shape[axis]!);
  }
  return index as Index4;
}
