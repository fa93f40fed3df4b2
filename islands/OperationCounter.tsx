import { OperationCounter as Figure } from "../lib/ui/interactive/operation_counter.tsx";

/** Products of a step of any small network. */
export function OperationCounter(props: { search: string }) {
  return <Figure {...props} />;
}
