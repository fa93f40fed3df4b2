/** Deep sigmoid networks with and without normalization. */
import { batchNorm } from "../../nn/layers/batch_norm.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { xavierNormal, zeros } from "../../nn/initializers.ts";
import type { Layer } from "../../nn/op/layer.ts";
import { layerNorm } from "../../nn/layers/layer_norm.ts";
import { sigmoid } from "../../nn/layers/sigmoid.ts";

/** What stands between an affine map and its sigmoid. */
export const kinds = ["none", "batch", "layer"] as const;

/** One of them. */
export type Kind = typeof kinds[number];

const norms: Readonly<Record<Kind, () => Layer[]>> = {
  none: () => [],
  batch: () => [batchNorm()],
  layer: () => [layerNorm()],
};

/** Label of what goes into the sigmoid of hidden layer `layer`, counted from 1. */
export function preActivation(kind: Kind, layer: number): string {
  return `${norms[kind]()[0]?.kind ?? "dense"}${layer}`;
}

/** Sizes of a network. */
export interface Sizes {
  readonly features: number;
  /** Hidden layers. */
  readonly depth: number;
  readonly width: number;
  readonly classes: number;
}

/** `depth` hidden layers: affine map, normalization, sigmoid; then an affine map to the classes. */
export function deepModel(
  kind: Kind,
  { features, depth, width, classes }: Sizes,
): Graph {
  // Batch normalization takes out any bias in front of it.
  const affine = (units: number, bias = true) =>
    dense({ units, bias, initial: xavierNormal, initialBias: zeros });
  return sequential([features], [
    ...Array.from({ length: depth }, () => [
      affine(width, kind !== "batch"),
      ...norms[kind](),
      sigmoid(),
    ]).flat(),
    affine(classes),
  ]);
}
