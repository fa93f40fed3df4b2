/** State of the figure that trains in the reader's browser. */
import { z } from "zod";
import { type CurveName, curves } from "../../data/curves.ts";
import type { LiveSetting } from "../../live/trainer.ts";
import { choiceField, type Field, numberField, urlState } from "./url_state.ts";

const MAX_LAYERS = 4;
const MAX_UNITS = 64;

const error =
  `need 1 to ${MAX_LAYERS} hidden layers of 1 to ${MAX_UNITS} units, as in 8 8`;

const widths: Field<readonly number[]> = {
  name: "units",
  label: "the units",
  initial: [16],
  schema: z.string().max(40, { error })
    .transform((text) => text.split(/[\s,]+/).filter((word) => word !== ""))
    .pipe(
      z.array(
        z.string().regex(/^\d{1,2}$/, { error }).transform(Number)
          .pipe(z.number().min(1, { error }).max(MAX_UNITS, { error })),
      ).min(1, { error }).max(MAX_LAYERS, { error }),
    ),
  format: (units) => units.join(" "),
};

/** The figure's state in the page's address: what is trained, not how far. */
export const liveTrainingState = urlState<LiveSetting>({
  widths,
  target: choiceField({
    name: "to",
    label: "the target",
    initial: "sine",
    choices: Object.keys(curves) as CurveName[],
  }),
  learningRate: numberField({
    ...{ name: "rate", label: "the learning rate", initial: 0.02 },
    ...{ min: 0.00001, max: 10 },
  }),
  seed: numberField({
    ...{ name: "seed", label: "the seed", initial: 0 },
    ...{ min: 0, max: 999_999, integer: true },
  }),
});
