import { ReceptiveField as Figure } from "../lib/ui/interactive/receptive_field.tsx";

/** What a unit sees. */
export function ReceptiveField(props: { search: string }) {
  return <Figure {...props} />;
}
