/**
 * Float64 random numbers for checks: xoshiro128**, seeded by counting through a
 * mixing function. Equal seeds give equal numbers on every machine.
 *
 * Source: Blackman and Vigna 2021, ACM TOMS 47(4), 36.
 */
export class Random {
  readonly #state = new Uint32Array(4);

  constructor(seed = 0) {
    for (let i = 0; i < 4; i++) {
      let word = seed + Math.imul(i + 1, 0x9e3779b9) | 0;
      word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
      word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
      this.#state[i] = word ^ (word >>> 16);
    }
  }

  /** Uniform on [low, high), 53 bits. */
  uniform(low = 0, high = 1): number {
    const unit = ((this.#next() >>> 5) * 2 ** 26 + (this.#next() >>> 6)) *
      2 ** -53;
    return low + (high - low) * unit;
  }

  /** Standard normal, by Box and Muller's method. */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log1p(-this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Integer from `low` to `high − 1`. */
  integer(low: number, high: number): number {
    return low + Math.floor((high - low) * this.uniform());
  }

  /** `count` numbers, uniform on [low, high). */
  array(count: number, { low = -1, high = 1 } = {}): Float64Array {
    return Float64Array.from({ length: count }, () => this.uniform(low, high));
  }

  /** `count` standard normal numbers. */
  normals(count: number): Float64Array {
    return Float64Array.from({ length: count }, () => this.normal());
  }

  #next(): number {
    const s = this.#state;
    const product = Math.imul(s[1]!, 5);
    const drawn = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = s[1]! << 9;
    s[2]! ^= s[0]!;
    s[3]! ^= s[1]!;
    s[1]! ^= s[2]!;
    s[0]! ^= s[3]!;
    s[2]! ^= shifted;
    s[3] = (s[3]! << 11) | (s[3]! >>> 21);
    return drawn >>> 0;
  }
}
