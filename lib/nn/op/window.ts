/** Windows that slide over images: what {@linkcode PerAxis} options mean, and how many places there are. */
import type { Shape } from "../../core/shape.ts";
import type { Triple, Window } from "./ops.ts";

/** A size along every axis of the image, or one for all. */
export type PerAxis = number | readonly number[];

/**
 * The sizes of an option along depth, height and width; axes that an image lacks
 * get what changes nothing, a padding of 0 or else 1.
 *
 * @param option.least The smallest size that makes sense
 * @throws {RangeError} If there is neither one size nor one per axis, or a size is no whole number of at least `least`
 */
export function perAxis(
  kind: string,
  axes: number,
  { name, size, least }: { name: string; size: PerAxis; least: number },
): Triple {
  const sizes = typeof size === "number"
    ? Array<number>(axes).fill(size)
    : size;
  if (sizes.length !== axes) {
    throw new RangeError(
      `Cannot make ${kind} with ${name} [${sizes}]: it needs one number or ${axes}`,
    );
  }
  for (const each of sizes) checkWhole(kind, name, each, least);
  return triple(sizes, name === "padding" ? 0 : 1);
}

/**
 * Checks a size of a layer.
 *
 * @throws {RangeError} If it is no whole number of at least `least`
 */
export function checkWhole(
  kind: string,
  name: string,
  size: number,
  least: number,
): void {
  if (!Number.isInteger(size) || size < least) {
    throw new RangeError(
      `Cannot make ${kind} with ${name} ${size}: it must be a whole number of at least ${least}`,
    );
  }
}

/**
 * The window over an input [batch, ..., channels].
 *
 * @throws {RangeError} If it is larger than the padded image
 */
export function slide(
  kind: string,
  input: Shape,
  { kernel, stride, padding }: Pick<Window, "kernel" | "stride" | "padding">,
): Window {
  const image = triple(input.slice(1, -1), 1);
  const output = image.map((size, i) => {
    const steps = Math.floor(
      (size + 2 * padding[i]! - kernel[i]!) / stride[i]!,
    );
    if (steps < 0) {
      throw new RangeError(
        `Cannot build ${kind} on an input of shape [${input}]: a window of ${
          kernel[i]
        } does not fit into ${size} pixels with a padding of ${padding[i]}`,
      );
    }
    return steps + 1;
  });
  return {
    input: image,
    output: output as unknown as Triple,
    kernel,
    stride,
    padding,
  };
}

/** Prepends what is missing to three axes. */
function triple(sizes: readonly number[], missing: number): Triple {
  return [
    ...Array(3 - sizes.length).fill(missing),
    ...sizes,
  ] as unknown as Triple;
}
