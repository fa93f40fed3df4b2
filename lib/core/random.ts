import { NablaError, UsageError } from "./errors.ts";

const WORDS = 624;
const SHIFT = 397;
/** Words of a saved generator: state, position, whether a normal is kept, its 8 bytes. */
const SAVED_WORDS = WORDS + 4;
/** Largest permutation PyTorch draws with one 32-bit number per element. */
const MAX_PERMUTATION = Math.floor(0xffffffff / 20);
const TWO_PI = Math.fround(2 * Math.PI);

/**
 * PyTorch's CPU generator, number for number: mt19937 and the distributions of
 * torch 1.13 on top of it, so that a PyTorch program can be followed exactly.
 *
 * Source: Matsumoto and Nishimura 1998, ACM TOMACS 8(1), 3–30.
 */
export class TorchRandom {
  readonly #state = new Uint32Array(WORDS);
  #position = WORDS;
  /** Second number of the last Box–Muller pair, not handed out yet. */
  #normal: number | null = null;

  /** Same as `torch.manual_seed(seed)`. */
  constructor(seed = 0) {
    this.manualSeed(seed);
  }

  /**
   * Starts over as `torch.manual_seed(seed)` does; only the low 32 bits count.
   *
   * @throws {UsageError} If the seed is not a safe integer
   */
  manualSeed(seed: number): void {
    if (!Number.isSafeInteger(seed)) {
      throw new UsageError(
        `Cannot seed the generator with ${seed}: a seed is an integer between -(2^53-1) and 2^53-1`,
      );
    }
    let word = seed >>> 0;
    this.#state[0] = word;
    for (let i = 1; i < WORDS; i++) {
      word = (Math.imul(1812433253, word ^ (word >>> 30)) + i) >>> 0;
      this.#state[i] = word;
    }
    this.#position = WORDS;
    this.#normal = null;
  }

  /** One 32-bit draw, 0 to 2³²−1. */
  next(): number {
    if (this.#position === WORDS) this.#twist();
    let y = this.#state[this.#position++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** `torch.rand(count)`: uniform on [0, 1), multiples of 2⁻²⁴. */
  rand(count: number): Float32Array {
    return this.uniform(count, 0, 1);
  }

  /**
   * `tensor.uniform_(low, high)`: `x · (high − low) + low` with `x` from `rand`.
   * Bounds are float32; product and sum are rounded once, like a fused multiply-add.
   *
   * @throws {RangeError} If `low > high` or a bound is not finite
   */
  uniform(count: number, low: number, high: number): Float32Array {
    const from = Math.fround(low);
    const range = Math.fround(Math.fround(high) - from);
    if (!(range >= 0 && range < Infinity)) {
      throw new RangeError(
        `Cannot draw from [${low}, ${high}): bounds must be finite and in order`,
      );
    }
    const step = range * 2 ** -24;
    const values = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      values[i] = (this.next() & 0xffffff) * step + from;
    }
    return values;
  }

  /**
   * `torch.randint(low, high, (count,))`: `low + draw % (high − low)`.
   *
   * @throws {RangeError} If the bounds are not 32-bit integers with `low < high`
   */
  randint(low: number, high: number, count: number): Int32Array {
    if ((low | 0) !== low || (high | 0) !== high || low >= high) {
      throw new RangeError(
        `Cannot draw integers from [${low}, ${high}): bounds must be 32-bit integers, low below high`,
      );
    }
    const range = high - low;
    return Int32Array.from({ length: count }, () => low + this.next() % range);
  }

  /**
   * `torch.randperm(n)`: Fisher–Yates from the front with `draw % (n − i)`.
   *
   * @throws {RangeError} If `n` is not an integer from 0 to 214748364
   */
  randperm(n: number): Uint32Array {
    if (!Number.isInteger(n) || n < 0 || n > MAX_PERMUTATION) {
      throw new RangeError(
        `Cannot permute ${n} elements: the count must be an integer from 0 to ${MAX_PERMUTATION}`,
      );
    }
    const order = new Uint32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    for (let i = 0; i < n - 1; i++) {
      const j = i + this.next() % (n - i);
      const swapped = order[i]!;
      order[i] = order[j]!;
      order[j] = swapped;
    }
    return order;
  }

  /**
   * `torch.randn(count)`: standard normal by Box–Muller, in float64 pairs below
   * 16 elements and in float32 blocks of 16 from there on. The blocks agree with
   * PyTorch to float32 rounding of `log`, `sin` and `cos`, not bit for bit.
   */
  randn(count: number): Float32Array {
    if (count < 16) {
      return Float32Array.from({ length: count }, () => this.#nextNormal());
    }
    const values = this.rand(count);
    for (let i = 0; i + 16 <= count; i += 16) toNormals(values, i);
    if (count % 16 !== 0) {
      values.set(this.rand(16), count - 16);
      toNormals(values, count - 16);
    }
    return values;
  }

  /**
   * Order of one epoch of `DataLoader(dataset of n, shuffle=True)`: draws the
   * loader's base seed, then the sampler's seed, 64 bits each, and permutes with
   * a generator seeded by the latter.
   */
  dataLoaderOrder(n: number): Uint32Array {
    for (let draw = 0; draw < 3; draw++) this.next();
    // The fourth draw is the low half of the sampler's seed; mt19937 takes no more.
    return new TorchRandom(this.next()).randperm(n);
  }

  /** Everything that decides the numbers to come: 628 words for `restore`. */
  save(): Uint32Array {
    const saved = new Uint32Array(SAVED_WORDS);
    saved.set(this.#state);
    saved[WORDS] = this.#position;
    saved[WORDS + 1] = this.#normal === null ? 0 : 1;
    new DataView(saved.buffer).setFloat64(4 * WORDS + 8, this.#normal ?? 0);
    return saved;
  }

  /**
   * Goes on where `save` was called.
   *
   * @throws {NablaError} If `saved` does not come from `save`
   */
  restore(saved: Uint32Array): void {
    const position = saved[WORDS];
    const kept = saved[WORDS + 1];
    if (
      saved.length !== SAVED_WORDS || position! > WORDS || kept! > 1
    ) {
      throw new NablaError(
        `Cannot restore the random generator: ${saved.length} words with position ${position} and flag ${kept}, need ${SAVED_WORDS} words, position up to ${WORDS}, flag 0 or 1`,
      );
    }
    this.#state.set(saved.subarray(0, WORDS));
    this.#position = position!;
    const bytes = new DataView(saved.buffer, saved.byteOffset);
    this.#normal = kept === 1 ? bytes.getFloat64(4 * WORDS + 8) : null;
  }

  #twist(): void {
    const state = this.#state;
    for (let i = 0; i < WORDS; i++) {
      const y = (state[i]! & 0x80000000) |
        (state[i + 1 < WORDS ? i + 1 : 0]! & 0x7fffffff);
      const far = state[i < WORDS - SHIFT ? i + SHIFT : i + SHIFT - WORDS]!;
      state[i] = far ^ (y >>> 1) ^ (-(y & 1) & 0x9908b0df);
    }
    this.#position = 0;
  }

  /** Uniform on [0, 1) from the low 53 bits of a 64-bit draw. */
  #nextDouble(): number {
    const high = this.next() & 0x1fffff;
    return (high * 2 ** 32 + this.next()) * 2 ** -53;
  }

  #nextNormal(): number {
    const kept = this.#normal;
    if (kept !== null) {
      this.#normal = null;
      return kept;
    }
    const angle = 2 * Math.PI * this.#nextDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-this.#nextDouble()));
    this.#normal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }
}

/** Turns 16 uniform numbers into normals: 8 radii, then 8 angles. */
function toNormals(values: Float32Array, offset: number): void {
  for (let i = offset; i < offset + 8; i++) {
    const log = Math.fround(Math.log(1 - values[i]!));
    const radius = Math.fround(Math.sqrt(-2 * log));
    const angle = Math.fround(TWO_PI * values[i + 8]!);
    values[i] = radius * Math.fround(Math.cos(angle));
    values[i + 8] = radius * Math.fround(Math.sin(angle));
  }
}
