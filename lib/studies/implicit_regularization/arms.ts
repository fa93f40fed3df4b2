/** The settings that are compared. */
import type { Config } from "./experiment.ts";

/** A setting that every set is trained with. */
export interface Arm {
  /** μ. */
  readonly rate: number;
  /** λ; 0 without. */
  readonly decay: number;
}

/** All learning rates without weight decay, then all weight decays at one rate. */
export function armsOf({ rates, decays, decayRate }: Config): Arm[] {
  return [
    ...rates.map((rate) => ({ rate, decay: 0 })),
    ...decays.map((decay) => ({ rate: decayRate, decay })),
  ];
}

/** Name of the series of an arm's training loss. */
export function nameOf({ rate, decay }: Arm): string {
  return decay === 0 ? `rate${rate}` : `decay${decay}`;
}
