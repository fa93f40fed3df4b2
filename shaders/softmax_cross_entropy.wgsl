// Mean cross-entropy of the softmax of logits against classes, and how many are
// right, over the first `examples` rows of a batch:
//
//   loss    = (1/N) Σᵢ [ log Σⱼ exp(zᵢⱼ) − zᵢ,ₜᵢ ]
//   dLogits = (softmax(z)ᵢⱼ − 1{j = tᵢ}) / N,   0 in rows from N on
//
// logits [replicas, rows, classes], targets [rows] or [replicas, rows]. The row's
// maximum is taken out before exp, so that nothing overflows. An answer is right
// if no logit exceeds the target's and none before it equals it (the first
// maximum, as argmax). Source: torch.nn.functional.cross_entropy. forward and
// backward: `SPAN` lanes work on a row, see rows.wgsl;
// softmax_cross_entropy.ts has the passes. A workgroup of forward takes rows in
// `turns` and writes its share of the loss; total: one workgroup adds the shares,
// an invocation every 64th. Sums are added in a fixed order.

struct Sizes {
  rows: u32,
  // In cells.
  columns: u32,
  targetReplica: u32,
  // forward: how often a workgroup takes as many rows as it has lanes for, and workgroups of a replica.
  turns: u32,
  parts: u32,
}

@group(0) @binding(0) var<storage, read> logits: array<Packed>;       // z
@group(0) @binding(1) var<storage, read> targets: array<u32>;         // t, class of every row
@group(0) @binding(2) var<storage, read> examples: array<u32>;      // [1]: N
@group(0) @binding(3) var<storage, read_write> loss: array<f32>;    // [replicas], or of forward [replicas, parts]
@group(0) @binding(4) var<storage, read_write> correct: array<u32>; // alike
@group(0) @binding(5) var<storage, read> losses: array<f32>;        // total: [replicas, parts]
@group(0) @binding(6) var<storage, read> corrects: array<u32>;      // total: alike
@group(0) @binding(7) var<storage, read_write> dLogits: array<Packed>; // as logits
@group(0) @binding(8) var<uniform> sizes: Sizes;

// Rows that count.
fn rowCount() -> u32 { return min(examples[0], sizes.rows); }

// Which number of cell c is that of the class.
fn isClass(c: u32, class_: u32) -> CellB { return numbersOf(c) == CellU(class_); }

@compute @workgroup_size(64)
fn total(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  var lossSum = 0.0;
  var right = 0u;
  for (var part = lane; part < sizes.parts; part += LANES) {
    lossSum += losses[group.z * sizes.parts + part];
    right += corrects[group.z * sizes.parts + part];
  }
  report(group.z, lane == 0u, laneSums(lossSum, right, lane));
}

struct Sums { loss: f32, right: u32 }

// Sums over all lanes, in lane 0; float32 holds up to 2²⁴ right answers.
fn laneSums(lossSum: f32, right: u32, lane: u32) -> Sums {
  return Sums(laneSum(lossSum, lane), u32(laneSum(f32(right), lane)));
}

fn report(place: u32, writes: bool, sums: Sums) {
  if (writes) {
    loss[place] = sums.loss;
    correct[place] = sums.right;
  }
}
