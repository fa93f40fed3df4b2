// How perceptrons lie in memory while steps.wgsl trains them. H and D are kept
// [features, examples], one replica after the other: a Cell is four examples. W
// [units, features] has the bias as one more column, which meets a row of ones in
// Hᵀ; its rows are filled up to whole Cells with zeros, and stay so, as H and D
// are zero there. Before the first step `gatherAll` brings W and what the
// optimizer keeps into that form, after the last one `scatterAll` puts it back,
// both Cell by Cell with `gatherCell` and `scatterCell`, which are generated.

alias Cell = vec4f;
alias CellI = vec4i;

struct Layer {
  inputs: u32,
  units: u32,
  // 1 with a bias, else 0.
  bias: u32,
  // Which activation follows; 0 for none.
  activation: u32,
  // First Cell of W in `parameter`, of the others in `work`.
  weight: u32,
  input: u32,
  output: u32,
  dOutput: u32,
}

// Where weights and biases, or something shaped as they are, begin in `kept`.
struct Source { weight: u32, bias: u32, inputs: u32, units: u32 }

struct Sizes {
  batch: u32,
  // Cells of a row of H and D.
  columns: u32,
  // L
  depth: u32,
  // Numbers from one step's record to the next.
  streamRecord: u32,
  metricRecord: u32,
  // Cells from one replica to the next.
  parameterRecord: u32,
  workRecord: u32,
  // The same in `widths`, in bytes; 0 if all replicas have the same.
  widthRecord: u32,
  // First number in a record, and from one replica's to the next; 0 if all share it.
  x: u32,
  xReplica: u32,
  targets: u32,
  targetReplica: u32,
  examples: u32,
  loss: u32,
  correct: u32,
  // Fills a vec4u.
  unused: u32,
  // First number in a record of what the optimizer reads.
  reads: vec4u,
  layers: array<Layer, LAYERS>,
  // For each layer W, then every array that the optimizer keeps.
  sources: array<Source, SOURCES>,
  // Units of each hidden layer but one, a byte each.
  widths: array<vec4u, WIDTHS>,
}

@group(0) @binding(0) var<storage, read_write> kept: array<f32>;       // weights, biases, what the optimizer keeps
@group(0) @binding(1) var<storage, read> streams: array<u32>;          // a record of inputs for every step
@group(0) @binding(2) var<storage, read_write> metrics: array<u32>;    // a record of metrics for every step
@group(0) @binding(3) var<storage, read_write> work: array<Cell>;      // H and D of every replica
@group(0) @binding(4) var<storage, read_write> parameter: array<Cell>; // W of every replica
@group(0) @binding(5) var<uniform> sizes: Sizes;

// The replica, and this invocation's place in its workgroup.
var<private> model: u32;
var<private> member: u32;
// The number of the step in the dispatch, and the rows of its batch that count.
var<private> turn: u32;
var<private> examples: u32;
// The optimizer's streams hold one replica's numbers alone.
const replica = 0u;

fn roundUp(count: u32) -> u32 { return (count + 3u) & ~3u; }

fn streamAt(place: u32) -> u32 { return streams[turn * sizes.streamRecord + place]; }

fn setMetric(place: u32, value: u32) {
  metrics[turn * sizes.metricRecord + place + model] = value;
}

fn widthOf(hidden: u32) -> u32 {
  let at = model * sizes.widthRecord + hidden;
  return 1u + ((sizes.widths[at / 16u][at / 4u % 4u] >> (8u * (at % 4u))) & 255u);
}

// A layer as this replica has it.
fn layerAt(index: u32) -> Layer {
  var layer = sizes.layers[index];
  if (index > 0u) { layer.inputs = widthOf(index - 1u); }
  if (index + 1u < sizes.depth) { layer.units = widthOf(index); }
  layer.weight += model * sizes.parameterRecord;
  layer.input += model * sizes.workRecord;
  layer.output += model * sizes.workRecord;
  layer.dOutput += model * sizes.workRecord;
  return layer;
}

// Cells of a row of W.
fn rowCells(layer: Layer) -> u32 { return roundUp(layer.inputs + layer.bias) / 4u; }

fn isBias(layer: Layer, column: u32) -> bool { return layer.bias == 1u && column == layer.inputs; }

// Whether a number of W is more than filling.
fn exists(layer: Layer, row: u32, column: u32) -> bool {
  return row < layer.units && column < layer.inputs + layer.bias;
}

fn placeOf(layer: Layer, source: Source, row: u32, column: u32) -> u32 {
  let line = model * source.units + row;
  return select(source.weight + line * source.inputs + column, source.bias + line, isBias(layer, column));
}

fn gatherOne(layer: Layer, source: Source, row: u32, column: u32) -> f32 {
  return select(0.0, kept[placeOf(layer, source, row, column)], exists(layer, row, column));
}

fn gather(layer: Layer, source: Source, row: u32, column: u32) -> Cell {
  return Cell(
    gatherOne(layer, source, row, column), gatherOne(layer, source, row, column + 1u),
    gatherOne(layer, source, row, column + 2u), gatherOne(layer, source, row, column + 3u),
  );
}

fn scatterOne(layer: Layer, source: Source, row: u32, column: u32, value: f32) {
  if (exists(layer, row, column)) { kept[placeOf(layer, source, row, column)] = value; }
}

fn scatter(layer: Layer, source: Source, row: u32, column: u32, cell: Cell) {
  scatterOne(layer, source, row, column, cell.x);
  scatterOne(layer, source, row, column + 1u, cell.y);
  scatterOne(layer, source, row, column + 2u, cell.z);
  scatterOne(layer, source, row, column + 3u, cell.w);
}

fn gatherAll() {
  for (var l = 0u; l < sizes.depth; l++) {
    let layer = layerAt(l);
    let cells = roundUp(layer.units) * rowCells(layer);
    for (var at = member; at < cells; at += LANES) {
      gatherCell(layer, l, at / rowCells(layer), at % rowCells(layer) * 4u, layer.weight + at);
    }
  }
}

fn scatterAll() {
  for (var l = 0u; l < sizes.depth; l++) {
    let layer = layerAt(l);
    let cells = layer.units * rowCells(layer);
    for (var at = member; at < cells; at += LANES) {
      scatterCell(layer, l, at / rowCells(layer), at % rowCells(layer) * 4u, layer.weight + at);
    }
  }
}

fn fillRow(first: u32, value: f32) {
  for (var column = member; column < sizes.columns; column += LANES) {
    work[first + column] = Cell(value);
  }
}

// Writes the rows of Hᵀ and Dᵀ that no step writes.
fn fillRows() {
  for (var l = 0u; l < sizes.depth; l++) {
    let layer = layerAt(l);
    for (var row = layer.inputs; row < 4u * rowCells(layer); row++) {
      fillRow(layer.input + row * sizes.columns, select(0.0, 1.0, isBias(layer, row)));
    }
    for (var row = layer.units; row < roundUp(layer.units); row++) {
      fillRow(layer.dOutput + row * sizes.columns, 0.0);
    }
  }
}
