/** Which inputs a unit sees through layers that slide a window, along one axis. */

/** A convolution or pooling along one axis. */
export interface Sliding {
  /** Pixels of the window. */
  readonly kernel: number;
  /** Pixels from one window to the next. */
  readonly stride: number;
  /** Zeros before the first pixel, and as many behind the last. */
  readonly padding: number;
}

/** What the units of a layer see: unit `i` the `size` pixels from `start + jump·i` on. */
export interface ReceptiveField {
  readonly size: number;
  readonly jump: number;
  /** Negative where the first unit begins in the padding. */
  readonly start: number;
}

/** Pixels from `first` to `last`, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What a pixel sees: itself. */
const PIXEL: ReceptiveField = { size: 1, jump: 1, start: 0 };

/**
 * The receptive field behind each layer of a chain, by recursion. Source: Araujo,
 * Norris, Sim 2019, Distill, doi:10.23915/distill.00021.
 */
export function receptiveFields(
  layers: readonly Sliding[],
): ReceptiveField[] {
  const fields: ReceptiveField[] = [];
  for (const { kernel, stride, padding } of layers) {
    const { size, jump, start } = fields.at(-1) ?? PIXEL;
    fields.push({
      size: size + (kernel - 1) * jump,
      jump: jump * stride,
      start: start - padding * jump,
    });
  }
  return fields;
}

/** What unit `i` sees of an axis of so many pixels; empty, with `last < first`, if all of it is padding. */
export function seenBy(
  { size, jump, start }: ReceptiveField,
  unit: number,
  pixels = Infinity,
): Span {
  const first = start + jump * unit;
  return pixels === Infinity
    ? { first, last: first + size - 1 }
    : { first: Math.max(first, 0), last: Math.min(first + size, pixels) - 1 };
}

/** Units behind each layer of a chain on so many pixels, `⌊(n + 2 padding − kernel) / stride⌋ + 1`; 0 where the window does not fit. */
export function outputSizes(
  layers: readonly Sliding[],
  pixels: number,
): number[] {
  let units = pixels;
  return layers.map(({ kernel, stride, padding }) => {
    const slack = units + 2 * padding - kernel;
    units = units > 0 && slack >= 0 ? Math.floor(slack / stride) + 1 : 0;
    return units;
  });
}
