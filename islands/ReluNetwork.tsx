import { ReluNetwork as Figure } from "../lib/ui/interactive/relu_network.tsx";

/** A ReLU network with one input and sliders for its weights. */
export function ReluNetwork(props: { search: string }) {
  return <Figure {...props} />;
}
