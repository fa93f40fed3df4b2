import { WindowSizes as Figure } from "../lib/ui/interactive/window_sizes.tsx";

/** The size of a convolution's output, and its windows. */
export function WindowSizes(props: { search: string }) {
  return <Figure {...props} />;
}
