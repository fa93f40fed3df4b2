/** The ways to train that are compared. */

/** Whether a network has dropout, and whether its cost has a penalty. */
export interface Arm {
  readonly name: "none" | "dropout" | "l2" | "both";
  readonly dropout: boolean;
  readonly penalty: boolean;
}

/** All four. */
export const arms: readonly Arm[] = [
  { name: "none", dropout: false, penalty: false },
  { name: "dropout", dropout: true, penalty: false },
  { name: "l2", dropout: false, penalty: true },
  { name: "both", dropout: true, penalty: true },
];
