import { z } from "zod";
import {
  type Graph,
  graphOf,
  MOST_VARIABLES,
} from "../../math/expression/graph.ts";
import { FormulaError } from "../../math/expression/parse.ts";
import {
  type Field,
  numberField,
  readField,
  shortNumber,
  urlState,
} from "./url_state.ts";

/** The formula that the study derives. */
export const STUDIED = "log(b)/(1+exp(a^2+b^2))";

/** A step that no graph reaches: everything is shown. */
export const LAST_STEP = 99;

/** What the figure shows. */
export interface GraphState {
  expression: string;
  /** Values of the variables in alphabetical order; one that is missing is 1. */
  point: number[];
  step: number;
}

const expression: Field<string> = {
  name: "f",
  label: "the expression",
  initial: STUDIED,
  schema: z.string().superRefine((text, issues) => {
    const { fault } = tryGraph(text);
    if (fault) issues.addIssue({ code: "custom", message: fault.message });
  }),
  format: String,
};

/** One of the values in `point`. */
const coordinate = numberField({
  name: "at",
  label: "a value",
  initial: 1,
  min: -1e6,
  max: 1e6,
});

const point: Field<number[]> = {
  name: "at",
  label: "the values",
  initial: [2, 3],
  schema: z.string().transform((text, issues) => {
    const parts = text.split(",");
    const values = parts.map((part) => readField(coordinate, part.trim()));
    const wrong = values.findIndex(({ problem }) => problem !== undefined);
    const many = parts.length > MOST_VARIABLES;
    if (wrong >= 0 || many) {
      issues.addIssue({
        code: "custom",
        message: many
          ? `need at most ${MOST_VARIABLES} numbers`
          : `number ${wrong + 1} must be from -1000000 to 1000000`,
      });
      return z.NEVER;
    }
    return values.map(({ value }) => value!);
  }),
  format: (values) => values.map(shortNumber).join(","),
};

/** The figure's state in the URL, as in `?f=x*y&at=2,5&step=3`. */
export const graphState = urlState<GraphState>({
  expression,
  point,
  step: numberField({
    name: "step",
    label: "the step",
    initial: LAST_STEP,
    min: 0,
    max: LAST_STEP,
    integer: true,
  }),
});

/** Whether one text among the values can be read. */
export function isCoordinate(text: string): boolean {
  return readField(coordinate, text.trim()).problem === undefined;
}

/** One value per variable of a graph. */
export function pointOf(graph: Graph, values: readonly number[]): number[] {
  return Array.from({ length: graph.variables }, (_, i) => values[i] ?? 1);
}

/** The graph of a text, or why there is none. */
export function tryGraph(
  text: string,
): { graph: Graph; fault?: undefined } | {
  graph?: undefined;
  fault: FormulaError;
} {
  try {
    return { graph: graphOf(text) };
  } catch (error) {
    if (error instanceof FormulaError) return { fault: error };
    throw error;
  }
}
