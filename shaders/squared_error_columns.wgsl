// squared_error.wgsl for steps.wgsl, where a Cell is one unit of four examples:
//
//   loss = s Σᵢⱼ (yᵢⱼ − tᵢⱼ)²,   dY = 2 s (y − t),   0 in rows that do not count
//
// `lossOf` takes all units of four examples, `reportLoss` what all lanes found.

// Whether s is 1 / (N · units), else ½.
override mean: bool = true;

fn scale(layer: Layer) -> f32 { return select(0.5, 1.0 / f32(examples * layer.units), mean); }

fn lossOf(layer: Layer, column: u32, counts: vec4<bool>) -> Part {
  let factor = 2.0 * scale(layer);
  var sums = Cell(0.0);
  for (var unit = 0u; unit < layer.units; unit++) {
    let wanted = bitcast<Cell>(targetsAt(column, layer.units, unit));
    let error = outputAt(layer, unit, column) - wanted;
    sums += select(Cell(0.0), error * error, counts);
    setGradient(layer, unit, column, select(Cell(0.0), factor * error, counts));
  }
  return Part((sums.x + sums.y) + (sums.z + sums.w), 0u);
}

fn reportLoss(layer: Layer, total: Part) {
  setMetric(sizes.loss, bitcast<u32>(total.loss * scale(layer)));
}
