// Many training steps of multilayer perceptrons in one dispatch. With dense
// layers l = 1 … L and their activations fₗ, one step is
//
//   forward    Hₗᵀ = fₗ(Wₗ Hₗ₋₁ᵀ)                     H₀ = X
//   loss       metrics and ∂loss/∂H_L from H_L        the file of the loss
//   backward   D_Lᵀ = ∂loss/∂H_Lᵀ ⊙ f′_L,   Dₗ₋₁ᵀ = (Wₗᵀ Dₗᵀ) ⊙ f′ₗ₋₁
//   update     Wₗ ← update(Wₗ, Dₗᵀ Hₗ₋₁)              the file of the optimizer
//
// X [examples, features]; see steps_memory.wgsl for W, H and D. As many steps run
// as records of the streams are bound.
//
// A workgroup computes one replica. Its invocations share the tiles of every
// product, see steps.ts, and the columns of everything else; all of them take
// equally many turns of every loop that has another inside. Sums are added in a
// fixed order. A Cell is four examples, or four columns of W. `activateAs` and
// `activateDerivativeAs` choose among the activations, `readStreams` hands the
// optimizer its streams: these are generated.

const LANES = WORKERS * SHARERS;

// The four examples of a column, and those of them that are in the batch.
fn examplesOf(column: u32) -> vec4u { return 4u * column + vec4u(0u, 1u, 2u, 3u); }

fn rowsOf(column: u32) -> vec4u { return min(examplesOf(column), vec4u(sizes.batch - 1u)); }

fn streamsAt(places: vec4u) -> vec4u {
  return vec4u(streamAt(places.x), streamAt(places.y), streamAt(places.z), streamAt(places.w));
}

// What four examples have at `index` in `targets`, where each has `width` numbers.
fn targetsAt(column: u32, width: u32, index: u32) -> vec4u {
  return streamsAt(sizes.targets + model * sizes.targetReplica + rowsOf(column) * width + index);
}

// Writes H₀ᵀ; rows of the batch that do not count are zero.
fn readInputs() {
  let layer = layerAt(0u);
  let first = sizes.x + model * sizes.xReplica;
  for (var feature = 0u; feature < layer.inputs; feature++) {
    for (var column = member; column < sizes.columns; column += LANES) {
      let given = bitcast<Cell>(streamsAt(first + rowsOf(column) * layer.inputs + feature));
      let counts = examplesOf(column) < vec4u(examples);
      work[layer.input + feature * sizes.columns + column] = select(Cell(0.0), given, counts);
    }
  }
}

// Number of tiles with this many rows and columns of Cells.
fn tilesOf(rows: u32, columns: u32) -> u32 {
  return (rows + ROWS - 1u) / ROWS * ((columns + SHARERS - 1u) / SHARERS);
}

fn forward(layer: Layer) {
  let tiles = tilesOf(layer.units, sizes.columns);
  for (var tile = worker(); tile - worker() < tiles; tile += WORKERS) { forwardTile(layer, tile); }
}

fn finishForward(layer: Layer, row: u32, column: u32, sum: Cell) {
  let value = activateAs(layer.activation, sum);
  if (row < layer.units && column < sizes.columns) { work[layer.output + row * sizes.columns + column] = value; }
}

fn backward(layer: Layer, before: Layer) {
  let tiles = tilesOf(layer.inputs, sizes.columns);
  for (var tile = worker(); tile - worker() < tiles; tile += WORKERS) { backwardTile(layer, before, tile); }
}

fn finishBackward(before: Layer, row: u32, column: u32, sum: Cell) {
  let at = row * sizes.columns + column;
  let factor = activateDerivativeAs(before.activation, work[before.output + at]);
  if (row < before.units && column < sizes.columns) { work[before.dOutput + at] = sum * factor; }
}

fn descend(layer: Layer) {
  let tiles = tilesOf(layer.units, rowCells(layer));
  for (var tile = worker(); tile - worker() < tiles; tile += WORKERS) { updateTile(layer, tile); }
}

fn finishUpdate(layer: Layer, row: u32, column: u32, gradient: Cell) {
  if (row < layer.units && column < rowCells(layer)) {
    update(layer.weight + row * rowCells(layer) + column, gradient);
  }
}

// What the file of the loss reads and writes of one unit of H_L.
fn outputAt(layer: Layer, unit: u32, column: u32) -> Cell {
  return work[layer.output + unit * sizes.columns + min(column, sizes.columns - 1u)];
}

fn setGradient(layer: Layer, unit: u32, column: u32, gradient: Cell) {
  let factor = activateDerivativeAs(layer.activation, outputAt(layer, unit, column));
  if (column < sizes.columns) { work[layer.dOutput + unit * sizes.columns + column] = gradient * factor; }
}

// What the examples of a column add to the metrics.
struct Part { loss: f32, correct: u32 }

var<workgroup> parts: array<Part, LANES>;

fn plus(a: Part, b: Part) -> Part { return Part(a.loss + b.loss, a.correct + b.correct); }

fn computeLoss(layer: Layer) {
  var part = Part(0.0, 0u);
  for (var column = member; column - member < sizes.columns; column += LANES) {
    part = plus(part, lossOf(layer, column, examplesOf(column) < vec4u(examples)));
  }
  parts[member] = part;
  barrier();
  var total = parts[0];
  for (var i = 1u; i < LANES; i++) { total = plus(total, parts[i]); }
  if (member == 0u) { reportLoss(layer, total); }
}

fn takeStep() {
  examples = min(streamAt(sizes.examples), sizes.batch);
  readInputs();
  barrier();
  for (var l = 0u; l < sizes.depth; l++) {
    forward(layerAt(l));
    barrier();
  }
  computeLoss(layerAt(sizes.depth - 1u));
  barrier();
  for (var l = sizes.depth - 1u; l > 0u; l--) {
    backward(layerAt(l), layerAt(l - 1u));
    barrier();
  }
  readStreams();
  prepareUpdate();
  for (var l = 0u; l < sizes.depth; l++) { descend(layerAt(l)); }
  barrier();
}

fn train() {
  gatherAll();
  fillRows();
  barrier();
  for (var i = 0u; i < arrayLength(&streams) / sizes.streamRecord; i++) {
    turn = i;
    takeStep();
  }
  scatterAll();
}
