/** The state of the figure of a truth table: its outputs, and the row whose signals are shown. */
import { z } from "zod";
import { nandCircuit } from "../../math/nand.ts";
import {
  type Field,
  numberField,
  type UrlState,
  urlState,
} from "./url_state.ts";

/** Outputs row by row, 4 or 8 of them as 0 and 1, and a row. */
export interface TruthTableState {
  readonly table: string;
  readonly row: number;
}

const error = "need 4 or 8 outputs, each 0 or 1, as in 0110";
const table: Field<string> = {
  name: "table",
  label: "the truth table",
  initial: "0110",
  schema: z.string().max(20, { error })
    .regex(/^([01]{4}|[01]{8})$/, { error }),
  format: String,
};

/** Writes the state into a URL and reads it back. */
export const truthTableCodec: UrlState<TruthTableState> = urlState({
  table,
  row: numberField({
    ...{ name: "row", label: "the row", initial: 2, min: 0, max: 7 },
    integer: true,
  }),
});

/** The circuit of a table. */
export function circuitOf({ table }: Pick<TruthTableState, "table">) {
  return nandCircuit([...table].map((bit) => bit === "1"));
}

/** Inputs of a row, the highest bit first. */
export function bitsOf(row: number, inputs: number): boolean[] {
  return Array.from(
    { length: inputs },
    (_, i) => (row >> (inputs - 1 - i) & 1) === 1,
  );
}

/** The table with one output turned. */
export function turned(table: string, row: number): string {
  const bit = table[row] === "1" ? "0" : "1";
  return table.slice(0, row) + bit + table.slice(row + 1);
}

/** Tables to start from. */
export const tables: readonly {
  readonly label: string;
  readonly table: string;
}[] = [
  { label: "XOR", table: "0110" },
  { label: "OR", table: "0111" },
  { label: "AND", table: "0001" },
  { label: "equal", table: "1001" },
  { label: "majority of three", table: "00010111" },
  { label: "odd number of three", table: "01101001" },
];
