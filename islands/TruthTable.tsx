import { TruthTable as Figure } from "../lib/ui/interactive/truth_table.tsx";

/** A truth table and its circuit of NANDs. */
export function TruthTable(props: { search: string }) {
  return <Figure {...props} />;
}
