/** State of the figure "operations of a step": the widths of a network and a batch. */
import { z } from "zod";
import {
  claimedCost,
  correctedCost,
  type NetworkCost,
  networkCost,
} from "../../math/network_cost.ts";
import { type Field, numberField, urlState } from "./url_state.ts";

/** State of the figure. */
export interface OperationCounterState {
  /** Inputs, units of each hidden layer, outputs. */
  readonly widths: readonly number[];
  /** Examples of a step. */
  readonly batch: number;
}

/** Layers and sizes whose counts a number still holds exactly. */
const MOST_WIDTHS = 12;
const WIDEST = 16_384;
const LARGEST_BATCH = 65_536;

const need =
  `need 2 to ${MOST_WIDTHS} whole numbers from 1 to ${WIDEST}, as in 784-128-10`;

function parseWidths(text: string): readonly number[] | undefined {
  const words = text.trim().split(/[\s,;-]+/);
  const widths = words.map((word) => /^\d{1,5}$/.test(word) ? Number(word) : 0);
  const fits = words.length >= 2 && words.length <= MOST_WIDTHS &&
    widths.every((width) => width >= 1 && width <= WIDEST);
  return fits ? widths : undefined;
}

const widthsField: Field<readonly number[]> = {
  name: "widths",
  label: "the widths",
  initial: [784, 128, 128, 10],
  schema: z.string().max(120, { error: need }).transform((text, context) => {
    const widths = parseWidths(text);
    if (widths) return widths;
    context.addIssue({ code: "custom", message: need });
    return z.NEVER;
  }),
  format: (widths) => widths.join("-"),
};

/** The figure's state in the page's address. */
export const operationCounterState = urlState<OperationCounterState>({
  widths: widthsField,
  batch: numberField({
    ...{ name: "M", label: "the batch", initial: 64 },
    ...{ min: 1, max: LARGEST_BATCH, integer: true },
  }),
});

/** What the figure shows. */
export interface CounterView extends NetworkCost {
  /** Products of the costliest layer, for the lengths of the bars. */
  readonly most: number;
  /** The formula of 002 and what it means to count; absent where hidden widths differ or there is none. */
  readonly formula?: { readonly claimed: number; readonly corrected: number };
}

/** Everything that follows from a state. */
export function viewOf({ widths, batch }: OperationCounterState): CounterView {
  const cost = networkCost(widths, batch);
  const [units, ...more] = widths.slice(1, -1);
  const even = units !== undefined && more.every((width) => width === units);
  const network = {
    inputs: widths[0]!,
    hidden: widths.length - 2,
    units: units ?? 0,
    outputs: widths.at(-1)!,
  };
  const products = cost.layers.map((layer) =>
    layer.forward + layer.weightGradient + layer.inputGradient
  );
  return {
    ...cost,
    most: Math.max(...products),
    ...(even && {
      formula: {
        claimed: claimedCost(network, batch),
        corrected: correctedCost(network, batch),
      },
    }),
  };
}

const whole = new Intl.NumberFormat("en-US").format;

/** The figure in a few sentences. */
export function describe(
  { forward, backward, parameters, kept, formula }: CounterView,
  batch: number,
): string {
  const sentences = [
    `A step on ${whole(batch)} ${batch === 1 ? "example" : "examples"} takes ${
      whole(forward + backward)
    } products: ${whole(forward)} forward and ${whole(backward)} backward, ${
      (backward / forward).toFixed(2)
    } times as many.`,
    `It holds ${whole(parameters)} parameters, as many gradients, and ${
      whole(kept)
    } outputs of hidden layers for the way back.`,
  ];
  if (formula) {
    const { claimed, corrected } = formula;
    const off = 100 * (claimed / corrected - 1);
    sentences.push(
      claimed === corrected
        ? `The printed formula of 002 gives ${
          whole(claimed)
        }, which is right: this network has d = 2 d_H.`
        : `The printed formula of 002 gives ${whole(claimed)} operations, ${
          Math.abs(off).toPrecision(2)
        } % ${off > 0 ? "above" : "below"} the ${
          whole(corrected)
        } that it means to count.`,
    );
  }
  return sentences.join(" ");
}
