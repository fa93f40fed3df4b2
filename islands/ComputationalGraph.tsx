import { ComputationalGraph as View } from "../lib/ui/interactive/computational_graph.tsx";

/** The computational graph of an expression, step by step. */
export function ComputationalGraph(props: { search: string }) {
  return <View {...props} />;
}
