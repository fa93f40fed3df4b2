/** The passes of layer normalization over a row: see `layer_norm.wgsl`. */
import { entry, PART, passes, type RowShape } from "./rows.ts";

/** Entry points `forward` and `backward`. */
export function layerNormMain(shape: RowShape): string {
  return [forward(shape), backward(shape)].join("\n\n");
}

function forward(shape: RowShape): string {
  const { keep, each, store } = passes(shape);
  return entry(
    "forward",
    `${PART}
let count = f32(sizes.columns * CELL);
let start = group.z * sizes.replicaX + part.row * sizes.columns;
let row = group.z * sizes.rows + part.row;
let channels = group.z * sizes.columns;
let origin = unpack(x[start]);
${keep("v", "unpack(x[start + c])")}
var sum = Cell(0.0);
${each("sum += v - origin;")}
let center = sumOf(origin) / f32(CELL) + rowSum(sumOf(sum), lane) / count;
${keep("d", "v - center")}
var squares = Cell(0.0);
${each("squares += d * d;")}
let s = 1.0 / sqrt(rowSum(sumOf(squares), lane) / count + epsilon);
${
      store(
        "y[row * sizes.columns + c] = pack(d * s * unpack(weight[channels + c]) + unpack(bias[channels + c]));",
      )
    }
if (part.exists && part.first == 0u) {
  newMean[row] = center;
  newScale[row] = s;
}`,
  );
}

function backward(shape: RowShape): string {
  const { keep, each, store } = passes(shape);
  return entry(
    "backward",
    `${PART}
let count = f32(sizes.columns * CELL);
let start = group.z * sizes.replicaX + part.row * sizes.columns;
let row = group.z * sizes.rows + part.row;
let channels = group.z * sizes.columns;
let base = row * sizes.columns;
let center = mean[row];
let s = scale[row];
${keep("g", "unpack(dY[base + c]) * unpack(weight[channels + c])")}
${keep("n", "(unpack(x[start + c]) - center) * s")}
var sum = Cell(0.0);
var products = Cell(0.0);
${each("sum += g; products += g * n;")}
let meanSum = rowSum(sumOf(sum), lane) / count;
let meanProduct = rowSum(sumOf(products), lane) / count;
${store("store(base + c, s * (g - meanSum - n * meanProduct));")}`,
  );
}
