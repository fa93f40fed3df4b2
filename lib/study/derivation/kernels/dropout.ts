/** The kernel of dropout. */
import type { KernelCase } from "../line.ts";
import { BATCH, FEATURES } from "./sizes.ts";

/** Not one half, where dropping and keeping are alike. */
const PROBABILITY = 0.3;

const DROPOUT = {
  file: "dropout.wgsl",
  layer: { kind: "dropout", probability: PROBABILITY },
  loss: "half squared error",
  input: [BATCH, FEATURES],
  tolerance: 1e-5,
} as const;

/** `R ⊙ h / q`, q = 1 − p. */
export const dropoutForward: KernelCase = {
  ...DROPOUT,
  role: "forward",
  quantity: "output",
  formula: ({ input, mask }, { hadamard, scale }) =>
    scale(1 / (1 - PROBABILITY), hadamard(mask!, input!)),
};

/** `R ⊙ dY / q`. */
export const dropoutBackward: KernelCase = {
  ...DROPOUT,
  role: "backward",
  quantity: "dInput",
  formula: ({ dOutput, mask }, { hadamard, scale }) =>
    scale(1 / (1 - PROBABILITY), hadamard(mask!, dOutput!)),
};
