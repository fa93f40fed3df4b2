/** Windows that slide over images: what {@linkcode PerAxis} options mean, and how many places there are. */
import type { Shape } from "../../core/shape.ts";
import type { Triple, Window } from "./ops.ts";

/** A size along every axis of the image, or one for all. */
export type PerAxis = number | readonly number[];

/**
 * The sizes of an option along depth, height and width.
 *
 * @param missing What axes get that the image lacks: what changes nothing, 0 for a padding, else 1
 */
export function perAxis(axes: number, size: PerAxis, missing: 0 | 1): Triple {
  const sizes = typeof size === "number"
    ? Array<number>(axes).fill(size)
    : size;
  return triple(sizes, missing);
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
