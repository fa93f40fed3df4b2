// Matrix product with an epilogue, for every replica r:
//
//   NT  C = A·Bᵀ   A [m, k]  B [n, k]   forward of a dense layer   Y  = X·Wᵀ
//   NN  C = A·B    A [m, k]  B [k, n]   gradient of its input      dX = dY·W
//   TN  C = Aᵀ·B   A [k, m]  B [k, n]   gradient of its weight     dW = dYᵀ·X
//
// Source: Goto and van de Geijn 2008, ACM TOMS 34(3), for tiles held in registers.
//
// gemm.ts declares the bindings, the loads of four neighbours (`aFour`, `bFour`)
// and the loops of one tile; they differ by layout, tile and divisibility alone.
// With the subgroup engine the eight lanes of a subgroup share one tile: each
// loads a part of A, and a value reaches the others by broadcast. With the
// workgroup engine all invocations of a workgroup load slices of A and B into its
// memory, and each computes a part of its tile from there. With the plain engine
// every invocation has a tile of its own.
//
// Sums begin with the bias, or zero, and end in the epilogue. A tile that reaches
// over the edge loads clamped addresses and stores nothing there. Terms at or
// beyond k are zero in both factors, so that a NaN of a neighbouring row or
// replica cannot leak in.

struct Sizes {
  m: u32,
  n: u32,
  k: u32,
  // Terms of k one invocation adds up: k itself, or a part of it (split k).
  chunk: u32,
  splits: u32,
  // Elements from one replica to the next; 0 if all replicas share the operand.
  replicaA: u32,
  replicaB: u32,
}

// First element of A, B and C of this invocation's replica.
var<private> baseA: u32;
var<private> baseB: u32;
var<private> baseC: u32;
var<private> replica: u32;
// Elements from one row of B to the next where rows run along k.
var<private> rowB: u32;
// Elements from one term to the next where terms are rows.
var<private> strideA: u32;
var<private> strideB: u32;
