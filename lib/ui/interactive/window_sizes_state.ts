/** State of the figure "windows over an axis": a convolution's sizes. */
import { convolutionCost, outputSize } from "../../math/convolution_cost.ts";
import { numberField, urlState } from "./url_state.ts";

/** State of the figure: a convolution of squares. */
export interface WindowSizesState {
  /** Pixels of an axis of the image. */
  readonly image: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly inputs: number;
  readonly channels: number;
}

/** Pixels that can still be told apart in the drawing. */
const MOST_PIXELS = 64;

const size = (
  name: string,
  label: string,
  { initial, min = 1, max }: { initial: number; min?: number; max: number },
) => numberField({ name, label, initial, min, max, integer: true });

/** The figure's state in the page's address. */
export const windowSizesState = urlState<WindowSizesState>({
  image: size("d", "the image", { initial: 30, max: MOST_PIXELS }),
  kernel: size("k", "the kernel", { initial: 3, max: 16 }),
  stride: size("s", "the stride", { initial: 2, max: 16 }),
  padding: size("P", "the padding", { initial: 0, min: 0, max: 8 }),
  inputs: size("C", "the input channels", { initial: 3, max: 4096 }),
  channels: size("Co", "the output channels", { initial: 16, max: 4096 }),
});

/** A window over the padded axis, and where it is drawn. */
export interface DrawnWindow {
  /** Its first pixel; negative in the padding. */
  readonly first: number;
  /** Row of the drawing, so that windows do not overlap. */
  readonly row: number;
}

/** What the figure shows. */
export interface WindowView {
  /** Pixels along a side of the output; 0 where no window fits. */
  readonly side: number;
  /** What the ceiling would say. */
  readonly ceiling: number;
  readonly windows: readonly DrawnWindow[];
  /** The window that the ceiling counts but that does not fit; absent where the stride divides. */
  readonly beyond?: DrawnWindow;
  /** Rows of the drawing. */
  readonly rows: number;
  /** Pixels of the image that no window reads. */
  readonly unread: readonly number[];
  readonly parameters: number;
  /** Of a dense layer between the same images. */
  readonly dense: number;
}

/** Everything that follows from a state. */
export function viewOf(state: WindowSizesState): WindowView {
  const { image, kernel, stride, padding, inputs, channels } = state;
  const side = outputSize(image, state);
  // One more row than windows overlap keeps a gap between neighbours.
  const rows = Math.min(Math.max(side, 1) + 1, Math.ceil(kernel / stride) + 1);
  const at = (i: number) => ({ first: i * stride - padding, row: i % rows });
  const windows = Array.from({ length: side }, (_, i) => at(i));
  const read = new Set(
    windows.flatMap(({ first }) =>
      Array.from({ length: kernel }, (_, tap) => first + tap)
    ),
  );
  const room = (image + 2 * padding - kernel) / stride;
  const ceiling = room < 0 ? 0 : Math.ceil(room) + 1;
  return {
    ...{ side, ceiling, windows, rows },
    ...(ceiling > side && { beyond: at(side) }),
    unread: Array.from({ length: image }, (_, i) => i)
      .filter((pixel) => !read.has(pixel)),
    parameters: convolutionCost(state).parameters,
    dense: (image ** 2 * inputs + 1) * side ** 2 * channels,
  };
}

const whole = new Intl.NumberFormat("en-US").format;

const counted = (count: number, word: string) =>
  `${whole(count)} ${word}${count === 1 ? "" : "s"}`;

/** The figure in a few sentences. */
export function describe(view: WindowView, state: WindowSizesState): string {
  const { image, kernel, stride, padding, channels } = state;
  const { side, ceiling, unread, parameters, dense } = view;
  const padded = image + 2 * padding;
  if (side === 0) {
    return `No window fits: the kernel of ${kernel} is longer than the padded axis of ${
      counted(padded, "pixel")
    }; take a smaller kernel or more padding.`;
  }
  return [
    `${counted(side, "window")} of ${counted(kernel, "pixel")} ${
      side === 1 ? "fits" : "fit"
    } on an axis of ${padded}: ⌊(${padded} − ${kernel}) / ${stride}⌋ + 1 = ${side}. The output is ${side} × ${side} × ${channels}.`,
    ceiling > side
      ? `The stride does not divide ${
        padded - kernel
      }; the ceiling would say ${ceiling} and name the dashed window, which reaches beyond the end.`
      : `The stride divides ${
        padded - kernel
      }, so that the ceiling says the same.`,
    unread.length === 0
      ? "Every pixel is read."
      : `${counted(unread.length, "pixel")} of the axis (hatched) ${
        unread.length === 1 ? "is" : "are"
      } read by no window.`,
    `The convolution has ${
      counted(parameters, "parameter")
    }, a dense layer between the same images ${dense.toLocaleString("en-US")}.`,
  ].join(" ");
}
