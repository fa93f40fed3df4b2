// softmax_cross_entropy.wgsl for steps.wgsl, where a Cell is one class of four examples:
//
//   loss    = (1/N) Σᵢ [ log Σⱼ exp(zᵢⱼ) − zᵢ,ₜᵢ ]
//   dLogits = (softmax(z)ᵢⱼ − 1{j = tᵢ}) / N,   0 in rows that do not count
//
// The largest logit is taken out before exp. `lossOf` takes all classes of four
// examples, `reportLoss` what all lanes found; an answer is right if no logit
// exceeds the target's and none before it equals it.

fn lossOf(layer: Layer, column: u32, counts: vec4<bool>) -> Part {
  let classes = targetsAt(column, 1u, 0u);
  var maximum = outputAt(layer, 0u, column);
  var wanted = maximum;
  for (var unit = 1u; unit < layer.units; unit++) {
    let z = outputAt(layer, unit, column);
    maximum = max(maximum, z);
    wanted = select(wanted, z, classes == vec4u(unit));
  }
  var sum = Cell(0.0);
  var right = counts;
  for (var unit = 0u; unit < layer.units; unit++) {
    let z = outputAt(layer, unit, column);
    sum += exponential(z - maximum);
    right &= (z < wanted) | ((z == wanted) & (vec4u(unit) >= classes));
  }
  for (var unit = 0u; unit < layer.units; unit++) {
    let p = exponential(outputAt(layer, unit, column) - maximum) / sum;
    let one = select(Cell(0.0), Cell(1.0), classes == vec4u(unit));
    setGradient(layer, unit, column, select(Cell(0.0), (p - one) / f32(examples), counts));
  }
  let losses = select(Cell(0.0), log(sum) - (wanted - maximum), counts);
  let corrects = select(vec4u(0u), vec4u(1u), right);
  return Part(
    (losses.x + losses.y) + (losses.z + losses.w),
    (corrects.x + corrects.y) + (corrects.z + corrects.w),
  );
}

fn reportLoss(layer: Layer, total: Part) {
  setMetric(sizes.loss, bitcast<u32>(total.loss / f32(examples)));
  setMetric(sizes.correct, total.correct);
}
