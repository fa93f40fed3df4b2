/** What a step of a fully connected network costs, by formula, layer by layer. */

/** Products of numbers that one affine layer takes in a step. */
export interface LayerCost {
  readonly inputs: number;
  readonly units: number;
  /** Weights and biases. */
  readonly parameters: number;
  /** Of `H Wᵀ`. */
  readonly forward: number;
  /** Of `Dᵀ H`, the gradient of the weights. */
  readonly weightGradient: number;
  /** Of `D W`, which passes the gradient on; 0 in the first layer, where nobody needs it. */
  readonly inputGradient: number;
}

/** The cost of a step, layer by layer and together. */
export interface NetworkCost {
  readonly layers: readonly LayerCost[];
  readonly parameters: number;
  /** Products of the forward pass. */
  readonly forward: number;
  /** Products of the backward pass. */
  readonly backward: number;
  /** Numbers that the forward pass leaves for the backward one: outputs of the hidden layers. */
  readonly kept: number;
}

/**
 * The cost of a step on `batch` examples.
 *
 * @param widths Inputs, units of each hidden layer, outputs
 */
export function networkCost(
  widths: readonly number[],
  batch: number,
): NetworkCost {
  const layers = widths.slice(1).map((units, i): LayerCost => {
    const inputs = widths[i]!;
    const products = batch * inputs * units;
    return {
      ...{ inputs, units },
      parameters: (inputs + 1) * units,
      forward: products,
      weightGradient: products,
      inputGradient: i === 0 ? 0 : products,
    };
  });
  const sum = (of: (layer: LayerCost) => number) =>
    layers.reduce((total, layer) => total + of(layer), 0);
  const hidden = widths.slice(1, -1).reduce((total, units) => total + units, 0);
  return {
    layers,
    parameters: sum(({ parameters }) => parameters),
    forward: sum(({ forward }) => forward),
    backward: sum((layer) => layer.weightGradient + layer.inputGradient),
    kept: batch * hidden,
  };
}

/** A network of `hidden` hidden layers of equal width. */
export interface EvenNetwork {
  /** I. */
  readonly inputs: number;
  /** K. */
  readonly hidden: number;
  /** L. */
  readonly units: number;
  /** O. */
  readonly outputs: number;
}

/** Its widths, inputs first. */
export function widthsOf(
  { inputs, hidden, units, outputs }: EvenNetwork,
): number[] {
  return [inputs, ...Array<number>(hidden).fill(units), outputs];
}

/**
 * The formula of 002, section 6b, for d = inputs, L = hidden, d_H = units and
 * K = outputs: `M[(L−1)(3d_H²+d_H) + d_H(2d_H+d+3K+1) + 2K]`. It does not hold.
 */
export function claimedCost(
  { inputs, hidden, units, outputs }: EvenNetwork,
  batch: number,
): number {
  return batch * ((hidden - 1) * (3 * units ** 2 + units) +
    units * (2 * units + inputs + 3 * outputs + 1) + 2 * outputs);
}

/**
 * What that formula means to count: products, one product with σ′ for every
 * hidden unit, and two operations for the error of every output.
 */
export function correctedCost(network: EvenNetwork, batch: number): number {
  const { forward, backward, kept } = networkCost(widthsOf(network), batch);
  return forward + backward + kept + 2 * batch * network.outputs;
}
