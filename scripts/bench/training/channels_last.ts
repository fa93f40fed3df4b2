import { channelsLast } from "../../../lib/nn/layers/conv.ts";
import { flattenedLast } from "../../../lib/nn/layers/flatten.ts";
import {
  layersOf,
  type Training,
  type TrainingStart,
  trainingStart,
} from "./workload.ts";

/** The start with weights [replicas, outputs, ...kernel, inputs], and those behind a flattened image in its order with channels last. */
export function channelsLastStart(training: Training): TrainingStart {
  const start = trainingStart(training);
  const flattened = layersOf(training).find(({ type }) => type === "flatten");
  const behind = flattened
    ? start.layers.findIndex(({ inputs }) => inputs === flattened.after[0])
    : -1;
  return {
    ...start,
    layers: start.layers.map((layer, i) => {
      const { outputs, inputs, kernel, weight } = layer;
      if (kernel.length > 0) {
        const shape = [outputs, ...kernel, inputs];
        return { ...layer, weight: channelsLast(weight, shape) };
      }
      if (i !== behind) return layer;
      const [height, width, channels] = flattened!.before;
      const image = [height!, width!, channels!] as const;
      return { ...layer, weight: flattenedLast(weight, image) };
    }),
  };
}
