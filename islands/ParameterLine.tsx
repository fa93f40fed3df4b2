import { ParameterLine as Figure } from "../lib/ui/interactive/parameter_line.tsx";

/** The output of a network along a line through its parameters. */
export function ParameterLine(props: { search: string }) {
  return <Figure {...props} />;
}
