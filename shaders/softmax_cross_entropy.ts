/** The passes of cross-entropy over a row: see `softmax_cross_entropy.wgsl`. */
import { entry, PART, passes, type RowShape } from "./rows.ts";

/** Entry points `forward` and `backward`. */
export function crossEntropyMain(shape: RowShape): string {
  return [forward(shape), backward(shape)].join("\n\n");
}

function forward(shape: RowShape): string {
  const { keep, each } = passes(shape);
  return entry(
    "forward",
    `var lossSum = 0.0;
var right = 0u;
let count = rowCount();
let share = group.y * groups.x + group.x;
for (var turn = 0u; turn < sizes.turns; turn++) {
let part = partOf(share * sizes.turns + turn, lane);
let base = (group.z * sizes.rows + part.row) * sizes.columns;
let class_ = targets[group.z * sizes.targetReplica + part.row];
let home = class_ / CELL;
let z = sumOf(select(Cell(0.0), unpack(logits[base + home]), isClass(home, class_)));
${keep("v", "unpack(logits[base + c])")}
var most = unpack(logits[base]);
var wrong = Cell(0.0);
${
      each(`most = max(most, v);
let fine = (v < Cell(z)) | ((v == Cell(z)) & (numbersOf(c) >= CellU(class_)));
wrong += select(Cell(1.0), Cell(0.0), fine);`)
    }
let top = rowMaximum(maxOf(most), lane);
let mistakes = rowSum(sumOf(wrong), lane);
var sum = Cell(0.0);
${each("sum += exponential(v - top);")}
let all = rowSum(sumOf(sum), lane);
if (part.exists && part.first == 0u && part.row < count) {
  lossSum += (log(all) - (z - top)) / f32(count);
  right += select(0u, 1u, mistakes == 0.0);
}
}
// Where x is folded into y, the last row may reach beyond.
report(group.z * sizes.parts + share, share < sizes.parts && lane == 0u, laneSums(lossSum, right, lane));`,
  );
}

function backward(shape: RowShape): string {
  const { keep, each, store } = passes(shape);
  return entry(
    "backward",
    `${PART}
let base = (group.z * sizes.rows + part.row) * sizes.columns;
let class_ = targets[group.z * sizes.targetReplica + part.row];
let count = rowCount();
${keep("v", "unpack(logits[base + c])")}
var most = unpack(logits[base]);
${each("most = max(most, v);")}
let top = rowMaximum(maxOf(most), lane);
${keep("e", "exponential(v - top)")}
var sum = Cell(0.0);
${each("sum += e;")}
let all = rowSum(sumOf(sum), lane);
${
      store(`let wanted = select(Cell(0.0), Cell(1.0), isClass(c, class_));
let gradient = (e / all - wanted) / f32(count);
dLogits[base + c] = pack(select(Cell(0.0), gradient, part.row < count));`)
    }`,
  );
}
