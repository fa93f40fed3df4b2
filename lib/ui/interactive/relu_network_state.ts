/** The state of the figure of a one-dimensional ReLU network: its size, its weights, and what is shown of it. */
import type { Affine, ReluNetwork } from "../../math/relu_network.ts";
import { sawtooth } from "../../math/sawtooth.ts";
import {
  type Field,
  type Fields,
  numberField,
  type UrlState,
  urlState,
} from "./url_state.ts";

/** Most units of a layer, and most hidden layers. */
export const MOST_UNITS = 3;
const MOST_HIDDEN = 3;

/** Largest weight or bias. */
export const LARGEST = 12;

/** Sizes, the half-width of what is shown, and every weight by its name in the URL. */
export type ReluNetworkState = Readonly<Record<string, number>> & {
  /** Affine maps, 2 to 4. */
  readonly layers: number;
  /** Units of every hidden layer, 1 to 3. */
  readonly width: number;
  /** Inputs from −span to span are shown. */
  readonly span: number;
};

/** A weight or bias: its name in the URL and what it is. */
export interface Parameter {
  readonly name: string;
  readonly label: string;
}

/** One unit of a network: its weights, one per unit below, and its bias. */
export interface UnitParameters {
  readonly label: string;
  readonly weights: readonly Parameter[];
  readonly bias: Parameter;
}

/** 1, 2, … count. */
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** The parameters of all layers, hidden ones first, unit by unit. A name keeps its meaning where the size changes. */
export function parametersOf(
  { layers, width }: Pick<ReluNetworkState, "layers" | "width">,
): UnitParameters[][] {
  const hidden = upTo(layers - 1).map((layer) =>
    upTo(width).map((unit) => {
      const label = `layer ${layer}, unit ${unit}`;
      return {
        label,
        weights: layer === 1
          ? [{ name: `w1${unit}`, label: `${label}, weight` }]
          : upTo(width).map((below) => ({
            name: `w${layer}${unit}${below}`,
            label: `${label}, weight of unit ${below} below`,
          })),
        bias: { name: `b${layer}${unit}`, label: `${label}, bias` },
      };
    })
  );
  const output = {
    label: "output",
    weights: upTo(width).map((below) => ({
      name: `v${below}`,
      label: `output, weight of unit ${below} below`,
    })),
    bias: { name: "c", label: "output, bias" },
  };
  return [...hidden, [output]];
}

/** The values of a network by the names of its parameters. */
function valuesOf(network: ReluNetwork): Record<string, number> {
  const width = network[0]!.bias.length;
  const names = parametersOf({ layers: network.length, width });
  return Object.fromEntries(
    network.flatMap(({ weight, bias }, layer) =>
      names[layer]!.flatMap(({ weights, bias: own }, unit) => [
        ...weights.map(({ name }, j) => [name, weight[unit]![j]!] as const),
        [own.name, bias[unit]!] as const,
      ])
    ),
  );
}

const whole = { layers: MOST_HIDDEN + 1, width: MOST_UNITS };
const initial = valuesOf(sawtooth(whole.width, whole.layers));

const fields: Record<string, Field<number>> = {
  layers: numberField({
    ...{ name: "layers", label: "the number of layers", initial: 2 },
    ...{ min: 2, max: whole.layers, integer: true },
  }),
  width: numberField({
    ...{ name: "width", label: "the width", initial: MOST_UNITS },
    ...{ min: 1, max: MOST_UNITS, integer: true },
  }),
  span: numberField({
    ...{ name: "span", label: "the range of x", initial: 1.25 },
    ...{ min: 0.25, max: 20 },
  }),
};
for (const units of parametersOf(whole)) {
  for (const { weights, bias } of units) {
    for (const { name, label } of [...weights, bias]) {
      fields[name] = numberField({
        ...{ name, label, initial: initial[name]! },
        ...{ min: -LARGEST, max: LARGEST },
      });
    }
  }
}

/** Writes the network into a URL and reads it back. */
export const reluNetworkCodec: UrlState<ReluNetworkState> = urlState(
  fields as Fields<ReluNetworkState>,
);

/** The state a page opens with: two layers of a sawtooth, which more layers continue. */
export const initialState: ReluNetworkState =
  reluNetworkCodec.read(new URLSearchParams()).state;

/** The network that a state says. */
export function networkOf(state: ReluNetworkState): ReluNetwork {
  return parametersOf(state).map((units): Affine => ({
    weight: units.map(({ weights }) => weights.map(({ name }) => state[name]!)),
    bias: units.map(({ bias }) => state[bias.name]!),
  }));
}

/** A network to start from. */
export interface Preset {
  readonly label: string;
  readonly state: ReluNetworkState;
}

/** Two layers with the given units [w, b, v]. */
function twoLayers(
  units: readonly (readonly [number, number, number])[],
): ReluNetworkState {
  const network: ReluNetwork = [
    { weight: units.map(([w]) => [w]), bias: units.map(([, b]) => b) },
    { weight: [units.map(([, , v]) => v)], bias: [0] },
  ];
  const width = units.length;
  return { ...initialState, ...valuesOf(network), width, span: 5 };
}

/** Networks that answer questions of the study. */
export const presets: readonly Preset[] = [
  ...[2, 3, 4].map((layers) => ({
    label: `sawtooth, ${layers} layers`,
    state: { ...initialState, layers },
  })),
  { label: "triangle", state: twoLayers([[1, 1, 1], [1, 0, -2], [1, -1, 1]]) },
  { label: "x", state: twoLayers([[1, 0, 1], [-1, 0, -1]]) },
  { label: "|x|", state: twoLayers([[1, 0, 1], [-1, 0, 1]]) },
];
