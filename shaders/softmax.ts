/** The passes of softmax over a row: see `softmax.wgsl`. */
import { entry, PART, passes, type RowShape } from "./rows.ts";

/** Entry points `forward` and `backward`. */
export function softmaxMain(shape: RowShape): string {
  return [forward(shape), backward(shape)].join("\n\n");
}

function forward(shape: RowShape): string {
  const { keep, each, store } = passes(shape);
  return entry(
    "forward",
    `${PART}
let base = group.z * sizes.replicaX + part.row * sizes.columns;
let result = (group.z * sizes.rows + part.row) * sizes.columns;
${keep("v", "unpack(x[base + c])")}
var most = unpack(x[base]);
${each("most = max(most, v);")}
let top = rowMaximum(maxOf(most), lane);
${keep("e", "exponential(v - top)")}
var sum = Cell(0.0);
${each("sum += e;")}
let total = rowSum(sumOf(sum), lane);
${store("y[result + c] = pack(e / total);")}`,
  );
}

function backward(shape: RowShape): string {
  const { keep, each, store } = passes(shape);
  return entry(
    "backward",
    `${PART}
let base = (group.z * sizes.rows + part.row) * sizes.columns;
${keep("p", "unpack(output[base + c])")}
${keep("g", "unpack(dY[base + c])")}
var sum = Cell(0.0);
${each("sum += g * p;")}
let total = rowSum(sumOf(sum), lane);
${
      store(`var gradient = p * (g - total);
if (accumulate) { gradient += unpack(dX[base + c]); }
dX[base + c] = pack(gradient);`)
    }`,
  );
}
