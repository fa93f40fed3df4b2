// half_squared_norm.wgsl for steps.wgsl, where a Cell is one unit of four examples:
//
//   loss = ½ Σᵢⱼ yᵢⱼ²,   dY = y,   0 in rows that do not count
//
// `lossOf` takes all units of four examples, `reportLoss` what all lanes found.

fn lossOf(layer: Layer, column: u32, counts: vec4<bool>) -> Part {
  var sums = Cell(0.0);
  for (var unit = 0u; unit < layer.units; unit++) {
    let y = select(Cell(0.0), outputAt(layer, unit, column), counts);
    sums += y * y;
    setGradient(layer, unit, column, y);
  }
  return Part((sums.x + sums.y) + (sums.z + sums.w), 0u);
}

fn reportLoss(layer: Layer, total: Part) {
  setMetric(sizes.loss, bitcast<u32>(0.5 * total.loss));
}
