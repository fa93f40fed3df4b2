/**
 * ReLU networks with as many kinks as their size allows.
 *
 * Source: Telgarsky 2016, COLT; Serra, Tjandraatmadja and Ramalingam 2018, ICML,
 * where three units per layer are shown to be enough to attain the bound.
 */
import type { Affine, ReluNetwork } from "./relu_network.ts";

/** A hidden layer and the combination of its units that zigzags. */
interface Zigzag {
  readonly hidden: Affine;
  readonly output: Affine;
}

/**
 * A function with `width` kinks, ½ apart and centred at 0, that rises and falls
 * in turn between −e and e for `e = (width + 1)/4`, and takes everything outside
 * of that range to outside of it. So each of its pieces, the infinite ones too,
 * crosses every kink, and the same holds of the function applied to itself.
 *
 * Units must face both ways: if all faced right, the first piece would be flat.
 */
function zigzag(width: number): Zigzag {
  const kinks = Array.from(
    { length: width },
    (_, i) => (i - (width - 1) / 2) / 2,
  );
  const steep = width + 1;
  const isOdd = width % 2 === 1;
  // The last slope is the sum over the units that face right: over the first,
  // which turns `steep` into `−steep`, or over the second, which turns it back.
  const slopes = [...kinks.map((_, i) => i % 2 ? -steep : steep), 2 * steep];
  if (isOdd) slopes[width] = -2 * steep;
  const right = isOdd ? 0 : 1;
  const facing = kinks.map((_, i) => i === right ? 1 : -1);
  const changes = kinks.map((_, i) => slopes[i + 1]! - slopes[i]!);
  const atFirst = changes.reduce(
    (sum, change, i) =>
      sum + change * Math.max(facing[i]! * (kinks[0]! - kinks[i]!), 0),
    0,
  );
  return {
    hidden: {
      weight: facing.map((sign) => [sign]),
      bias: facing.map((sign, i) => -sign * kinks[i]!),
    },
    output: { weight: [changes], bias: [steep / 4 - atFirst] },
  };
}

/** One affine map after another. */
function after(second: Affine, first: Affine): Affine {
  const [row, bias] = [first.weight[0]!, first.bias[0]!];
  return {
    weight: second.weight.map(([w]) => row.map((v) => w! * v)),
    bias: second.bias.map((b, i) => b + second.weight[i]![0]! * bias),
  };
}

/**
 * A network of `layers` layers of `width` units with `(width + 1)^(layers − 1) − 1`
 * kinks, the most there can be: a zigzag of a zigzag, and so on. All its numbers
 * are multiples of ¼, so float64 and, for few layers, float32 evaluate it exactly.
 *
 * @throws {RangeError} If `width` is below 3, where the bound is not attained, or `layers` below 2
 */
export function sawtooth(width: number, layers: number): ReluNetwork {
  if (!(width >= 3 && layers >= 2)) {
    throw new RangeError(
      `Cannot make a sawtooth of ${layers} layers of width ${width}: it needs 2 layers and width 3, narrower ones have fewer kinks`,
    );
  }
  const { hidden, output } = zigzag(width);
  return [
    hidden,
    ...Array.from({ length: layers - 2 }, () => after(hidden, output)),
    output,
  ];
}

/** The most kinks that `layers` layers of `width` units can have: `(width + 1)^(layers − 1) − 1`. */
export function mostKinks(width: number, layers: number): number {
  return (width + 1) ** (layers - 1) - 1;
}
