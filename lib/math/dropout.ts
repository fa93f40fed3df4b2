/** Dropout, and the generator that draws its masks. */
import { constant, type Var } from "./autodiff.ts";
import { mul } from "./operations.ts";

/** `x ⊙ mask / (1 − p)` with zeros and ones in the mask. */
export function dropout(
  x: Var,
  mask: ArrayLike<number>,
  probability: number,
): Var {
  const factors = Float64Array.from(mask, (m) => m && m / (1 - probability));
  return mul(x, constant(factors, x.shape));
}

/**
 * The mask of one layer, replica and step: word i mod 4 of Philox's counter
 * (⌊i / 4⌋, step, 0, 0) under the key (seed, layer) drops number i if it is below
 * p · 2³².
 */
export function dropoutMask(
  count: number,
  { probability, seed, layer, step }: {
    probability: number;
    seed: number;
    layer: number;
    step: number;
  },
): Uint8Array {
  const threshold = Math.round(probability * 2 ** 32);
  const mask = new Uint8Array(count);
  for (let block = 0; 4 * block < count; block++) {
    philox([block, step, 0, 0], [seed, layer]).forEach((word, i) => {
      if (4 * block + i < count) {
        mask[4 * block + i] = word < threshold ? 0 : 1;
      }
    });
  }
  return mask;
}

/**
 * Four random words of 32 bits: Philox4x32 with ten rounds.
 *
 * Source: Salmon et al. 2011, Parallel random numbers: as easy as 1, 2, 3, SC'11.
 */
export function philox(
  counter: readonly number[],
  key: readonly number[],
): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [
    bigint,
    bigint,
    bigint,
    bigint,
  ];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const first = c0 * 0xD2511F53n;
    const second = c2 * 0xCD9E8D57n;
    [c0, c1, c2, c3] = [
      (second >> 32n) ^ c1 ^ k0,
      BigInt.asUintN(32, second),
      (first >> 32n) ^ c3 ^ k1,
      BigInt.asUintN(32, first),
    ];
    k0 = BigInt.asUintN(32, k0 + 0x9E3779B9n);
    k1 = BigInt.asUintN(32, k1 + 0xBB67AE85n);
  }
  return [c0, c1, c2, c3].map(Number);
}
