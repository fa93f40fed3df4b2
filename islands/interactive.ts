/** The interactive figures of the studies, by the id that a section names. */
import type { InteractiveFigures } from "../lib/ui/derivation.tsx";
import { ComputationalGraph } from "./ComputationalGraph.tsx";
import { DecisionMap } from "./DecisionMap.tsx";
import { LiveTraining } from "./LiveTraining.tsx";
import { OperationCounter } from "./OperationCounter.tsx";
import { ParameterLine } from "./ParameterLine.tsx";
import { ReceptiveField } from "./ReceptiveField.tsx";
import { ReluNetwork } from "./ReluNetwork.tsx";
import { TruthTable } from "./TruthTable.tsx";
import { WindowSizes } from "./WindowSizes.tsx";

/** One line each; none is an island of its own here. */
export const interactive: InteractiveFigures = {
  "computational-graph": ComputationalGraph,
  "decision-map": DecisionMap,
  "live-training": LiveTraining,
  "operation-counter": OperationCounter,
  "parameter-line": ParameterLine,
  "receptive-field": ReceptiveField,
  "relu-network": ReluNetwork,
  "truth-table": TruthTable,
  "window-sizes": WindowSizes,
};
