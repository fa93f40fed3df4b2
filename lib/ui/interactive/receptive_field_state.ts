/** State of the figure "what a unit sees": an image, a chain of layers, a unit. */
import { z } from "zod";
import {
  outputSizes,
  type ReceptiveField,
  receptiveFields,
  seenBy,
  type Sliding,
  type Span,
} from "../../math/receptive_field.ts";
import { type Field, numberField, urlState } from "./url_state.ts";

/** A layer as it is typed, as in `conv3`, `conv5s2p2` or `pool2`. */
export interface TypedLayer extends Sliding {
  readonly text: string;
}

/** State of the figure. */
export interface ReceptiveFieldState {
  readonly layers: readonly TypedLayer[];
  /** Rows and columns of the image. */
  readonly pixels: number;
  /** Number of the layer whose unit is shown, from 1; the last layer if there are fewer. */
  readonly layer: number;
  /** The unit; the last row or column if there are fewer. */
  readonly row: number;
  readonly column: number;
}

const MAX_LAYERS = 32;
const MAX_WINDOW = 64;
const MAX_PIXELS = 1024;

const PATTERN = /^(conv|pool)(\d{1,3})(?:s(\d{1,3}))?(?:p(\d{1,3}))?$/i;

/** The layer that a word names, or what is wrong with it. */
function parseLayer(word: string): TypedLayer | string {
  const match = PATTERN.exec(word);
  if (!match) {
    return `need layers as in conv3, conv5s2p2 or pool2 (kernel, stride s, padding p), one is ${
      word.slice(0, 20)
    }`;
  }
  const kind = match[1]!.toLowerCase();
  const kernel = Number(match[2]);
  // What is usual: convolutions keep the size, pooling windows touch.
  const stride = Number(match[3] ?? (kind === "conv" ? 1 : kernel));
  const padding = Number(match[4] ?? (kind === "conv" ? (kernel - 1) >> 1 : 0));
  if (kernel < 1 || kernel > MAX_WINDOW) {
    return `need a kernel from 1 to ${MAX_WINDOW}, one is ${kernel}`;
  }
  if (stride < 1 || stride > kernel) {
    return `need a stride from 1 to the kernel, which would leave pixels out beyond it; ${word} has ${stride}`;
  }
  if (padding >= kernel) {
    return `need a padding below the kernel, so that every window meets the image; ${word} has ${padding}`;
  }
  return { text: word.toLowerCase(), kernel, stride, padding };
}

function parseLayers(text: string): readonly TypedLayer[] | string {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  if (words.length < 1 || words.length > MAX_LAYERS) {
    return `need 1 to ${MAX_LAYERS} layers, there are ${words.length}`;
  }
  const layers: TypedLayer[] = [];
  for (const word of words) {
    const layer = parseLayer(word);
    if (typeof layer === "string") return layer;
    layers.push(layer);
  }
  return layers;
}

const layersField: Field<readonly TypedLayer[]> = {
  name: "layers",
  label: "the layers",
  initial: parseLayers(
    "conv3 conv3 pool2 conv3 conv3 pool2",
  ) as readonly TypedLayer[],
  schema: z.string().max(400, {
    error: `need 1 to ${MAX_LAYERS} layers in 400 letters`,
  }).transform((text, context) => {
    const layers = parseLayers(text);
    if (typeof layers !== "string") return layers;
    context.addIssue({ code: "custom", message: layers });
    return z.NEVER;
  }),
  format: (layers) => layers.map(({ text }) => text).join(" "),
};

/** A whole number of the unit's place. */
const place = (name: string, label: string, initial: number) =>
  numberField({
    ...{ name, label, initial },
    ...{ min: 0, max: MAX_PIXELS - 1, integer: true },
  });

/** The figure's state in the page's address. */
export const receptiveFieldState = urlState<ReceptiveFieldState>({
  layers: layersField,
  pixels: numberField({
    ...{ name: "image", label: "the image's side", initial: 224 },
    ...{ min: 4, max: MAX_PIXELS, integer: true },
  }),
  layer: numberField({
    ...{ name: "layer", label: "the layer", initial: 6 },
    ...{ min: 1, max: MAX_LAYERS, integer: true },
  }),
  row: place("i", "the row", 20),
  column: place("j", "the column", 0),
});

/** A layer of the chain and what its units see. */
export interface Behind {
  readonly text: string;
  /** Rows and columns of units; 0 if a window no longer fits. */
  readonly units: number;
  readonly field: ReceptiveField;
}

/** What the figure shows. */
export interface View {
  readonly behind: readonly Behind[];
  /** The chosen layer, from 1, and its unit, both within range. */
  readonly layer: number;
  readonly row: number;
  readonly column: number;
  /** Without the border, and cut off there. */
  readonly whole: { readonly rows: Span; readonly columns: Span };
  readonly seen: { readonly rows: Span; readonly columns: Span };
  /** Why the chosen layer has no units; then the rest says nothing. */
  readonly empty?: string;
}

/** Everything that follows from a state. */
export function viewOf(state: ReceptiveFieldState): View {
  const { layers, pixels } = state;
  const fields = receptiveFields(layers);
  const sizes = outputSizes(layers, pixels);
  const behind = layers.map(({ text }, l): Behind => ({
    text,
    units: sizes[l]!,
    field: fields[l]!,
  }));
  const layer = Math.min(state.layer, layers.length);
  const { units, field } = behind[layer - 1]!;
  const within = (at: number) => Math.max(0, Math.min(at, units - 1));
  const [row, column] = [within(state.row), within(state.column)];
  const stuck = sizes.indexOf(0);
  return {
    ...{ behind, layer, row, column },
    whole: { rows: seenBy(field, row), columns: seenBy(field, column) },
    seen: {
      rows: seenBy(field, row, pixels),
      columns: seenBy(field, column, pixels),
    },
    empty: stuck >= 0 && stuck < layer
      ? `Cannot slide ${layers[stuck]!.text}, layer ${
        stuck + 1
      }, over ${(sizes[stuck - 1] ??
        pixels)} units a side: its window does not fit; take a larger image or fewer layers`
      : undefined,
  };
}

const through = ({ first, last }: Span) =>
  first === last ? `${first}` : `${first} to ${last}`;

/** The figure in a sentence or two. */
export function describe(view: View, pixels: number): string {
  const { behind, layer, row, column, whole, seen, empty } = view;
  if (empty) return `${empty}.`;
  const { text, units, field } = behind[layer - 1]!;
  const count = ({ first, last }: Span) => last - first + 1;
  const cut = count(seen.rows) < count(whole.rows) ||
    count(seen.columns) < count(whole.columns);
  return [
    `Unit (${row}, ${column}) of the ${units} × ${units} behind layer ${layer}, ${text}, sees rows ${
      through(seen.rows)
    } and columns ${
      through(seen.columns)
    } of the ${pixels} × ${pixels} pixels, in every channel.`,
    cut
      ? `That is ${count(seen.rows)} × ${
        count(seen.columns)
      } of ${field.size} × ${field.size}: the rest lies in the padding.`
      : `That is ${field.size} × ${field.size} pixels.`,
  ].join(" ");
}
