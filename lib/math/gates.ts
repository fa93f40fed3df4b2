/** Logic gates as ReLU networks with explicit weights. */
import type { ReluNetwork } from "./relu_network.ts";

/** Whether each of the two inputs is below, at or above zero decides what a gate should say. */
export type Truth = (x1: number, x2: number) => boolean;

/** A network on two real inputs whose output is positive where a statement holds, and nowhere else. */
export interface Gate {
  readonly name: string;
  readonly network: ReluNetwork;
  readonly truth: Truth;
}

/** `ReLU(x₁) + ReLU(x₂) > 0` where x₁ > 0 or x₂ > 0. */
export const orGate: Gate = {
  name: "OR",
  network: [
    { weight: [[1, 0], [0, 1]], bias: [0, 0] },
    { weight: [[1, 1]], bias: [0] },
  ],
  truth: (x1, x2) => x1 > 0 || x2 > 0,
};

/** `min(ReLU(x₁), ReLU(x₂)) > 0` where x₁ > 0 and x₂ > 0, with `min(a, b) = a − ReLU(a − b)`. */
export const andGate: Gate = {
  name: "AND",
  network: [
    { weight: [[1, 0], [0, 1]], bias: [0, 0] },
    { weight: [[1, 0], [1, -1]], bias: [0, 0] },
    { weight: [[1, -1]], bias: [0] },
  ],
  truth: (x1, x2) => x1 > 0 && x2 > 0,
};

const isXor: Truth = (x1, x2) => (x1 < 0 && x2 > 0) || (x1 > 0 && x2 < 0);

/** Two ANDs and the OR of them: `min(ReLU(−x₁), ReLU(x₂)) + min(ReLU(x₁), ReLU(−x₂))`, three layers of width 4. */
export const xorGate: Gate = {
  name: "XOR, three layers",
  network: [
    { weight: [[1, 0], [-1, 0], [0, 1], [0, -1]], bias: [0, 0, 0, 0] },
    {
      weight: [[0, 1, 0, 0], [0, 1, -1, 0], [1, 0, 0, 0], [1, 0, 0, -1]],
      bias: [0, 0, 0, 0],
    },
    { weight: [[1, -1, 1, -1]], bias: [0] },
  ],
  truth: isXor,
};

/** The same function in two layers of width 3: `ReLU(x₁) + ReLU(x₂) − ReLU(x₁ + x₂)`. */
export const shortXorGate: Gate = {
  name: "XOR, two layers",
  network: [
    { weight: [[1, 0], [0, 1], [1, 1]], bias: [0, 0, 0] },
    { weight: [[1, 1, -1]], bias: [0] },
  ],
  truth: isXor,
};

/** `ReLU(−x₁) + ReLU(−x₂) > 0` where not both x₁ ≥ 0 and x₂ ≥ 0. */
export const nandGate: Gate = {
  name: "NAND",
  network: [
    { weight: [[-1, 0], [0, -1]], bias: [0, 0] },
    { weight: [[1, 1]], bias: [0] },
  ],
  truth: (x1, x2) => !(x1 >= 0 && x2 >= 0),
};

/** All gates on real inputs. */
export const gates: readonly Gate[] = [
  orGate,
  andGate,
  xorGate,
  shortXorGate,
  nandGate,
];

/** `1 − ReLU(a + b − 1)`: NAND of two bits, as a bit. */
export const nandOfBits: ReluNetwork = [
  { weight: [[1, 1]], bias: [-1] },
  { weight: [[-1]], bias: [1] },
];
