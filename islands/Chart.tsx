import { Chart as View, type ChartProps } from "../lib/ui/chart/chart.tsx";

/** An interactive figure. */
export function Chart(props: ChartProps) {
  return <View {...props} />;
}
