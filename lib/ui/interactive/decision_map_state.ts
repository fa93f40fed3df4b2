/** The state of the map of a gate: which gate, and the point that is looked at. */
import {
  andGate,
  type Gate,
  nandGate,
  orGate,
  shortXorGate,
  xorGate,
} from "../../math/gates.ts";
import {
  choiceField,
  numberField,
  type UrlState,
  urlState,
} from "./url_state.ts";

/** A gate with its formula and its statement in words. */
export interface MappedGate extends Gate {
  readonly formula: string;
  readonly statement: string;
}

const XOR = "x₁ < 0 and x₂ > 0, or x₁ > 0 and x₂ < 0";

/** The gates that can be chosen, by their names in the URL. */
export const mappedGates = {
  or: {
    ...orGate,
    formula: "ReLU(x₁) + ReLU(x₂)",
    statement: "x₁ > 0 or x₂ > 0",
  },
  and: {
    ...andGate,
    formula: "ReLU(x₁) − ReLU(ReLU(x₁) − ReLU(x₂))",
    statement: "x₁ > 0 and x₂ > 0",
  },
  xor: {
    ...xorGate,
    formula:
      "min(ReLU(−x₁), ReLU(x₂)) + min(ReLU(x₁), ReLU(−x₂)), where min(a, b) = a − ReLU(a − b)",
    statement: XOR,
  },
  xor2: {
    ...shortXorGate,
    formula: "ReLU(x₁) + ReLU(x₂) − ReLU(x₁ + x₂)",
    statement: XOR,
  },
  nand: {
    ...nandGate,
    formula: "ReLU(−x₁) + ReLU(−x₂)",
    statement: "not both x₁ ≥ 0 and x₂ ≥ 0",
  },
} as const satisfies Record<string, MappedGate>;

type GateName = keyof typeof mappedGates;

/** Largest coordinate of the map. */
export const REACH = 2.5;

/** The gate and the point. */
export interface DecisionMapState {
  readonly gate: GateName;
  readonly x1: number;
  readonly x2: number;
}

const coordinate = (name: "x1" | "x2", initial: number) =>
  numberField({ name, label: name, initial, min: -REACH, max: REACH });

/** Writes the state into a URL and reads it back. */
export const decisionMapCodec: UrlState<DecisionMapState> = urlState({
  gate: choiceField({
    name: "gate",
    label: "the gate",
    initial: "or",
    choices: Object.keys(mappedGates) as GateName[],
  }),
  x1: coordinate("x1", -1),
  x2: coordinate("x2", 1.5),
});
