import { DecisionMap as Figure } from "../lib/ui/interactive/decision_map.tsx";

/** Where the output of a logic gate is positive. */
export function DecisionMap(props: { search: string }) {
  return <Figure {...props} />;
}
