/** The parts of the benchmark, in the order in which they run. */
import { conv } from "./conv/section.ts";
import { elementwise } from "./elementwise/section.ts";
import { gemm } from "./gemm/section.ts";
import type { Section } from "./section.ts";
import { alexnet, cnn, mlp, small } from "./training/sections.ts";

/** Every section. */
export const sections: readonly Section[] = [
  gemm,
  conv,
  elementwise,
  mlp,
  small,
  cnn,
  alexnet,
];
