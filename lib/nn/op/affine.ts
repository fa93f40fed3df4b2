/** What layers that multiply by a weight and add a bias share: dense layers and convolutions. */
import type { BuiltLayer, ForwardValues } from "./layer.ts";
import type { Op, Window } from "./ops.ts";
import type { Value } from "./value.ts";

/** Rows and columns of the products. */
export interface Affine {
  /** Rows of the input and of the output: examples, or pixels of all of them. */
  readonly rows: { readonly in: number; readonly out: number };
  /** Columns of the input and of the output. */
  readonly inputs: number;
  readonly outputs: number;
  /** Makes them convolutions. */
  readonly window?: Window;
  /** What the products over the input read instead of it. Default: the input. */
  readonly source?: (values: ForwardValues) => Source;
}

/** A matrix, or images that are read through a window. */
export interface Source {
  readonly x: Value;
  readonly columns: number;
  readonly window?: Window;
}

/**
 * Ops of `y = x Wᵀ + b` with the parameters `weight` and, if there is one, `bias`:
 * dX = dY W, dW = dYᵀ X, db = Σ dY over the rows, the weight's reader first.
 */
export function affine(
  { rows, inputs, outputs, window, source }: Affine,
): Pick<BuiltLayer, "forward" | "backward"> {
  const given = (values: ForwardValues): Source =>
    source?.(values) ?? { x: values.inputs[0]!, columns: inputs, window };
  return {
    forward: (values) => {
      const { label, output, parameters } = values;
      const { x, columns, window } = given(values);
      return [{
        kind: "gemm",
        label: `${label} forward`,
        layout: "NT",
        ...(window && { window }),
        m: rows.out,
        n: outputs,
        k: columns,
        a: x,
        b: parameters.weight!,
        c: output,
        bias: parameters.bias,
        accumulate: false,
      }];
    },
    backward: (values) => {
      const { label, parameters, dOutput, dInputs: [dX], dParameters } = values;
      const ops: Op[] = [];
      const { weight: dWeight, bias: dBias } = dParameters;
      if (dX) {
        ops.push({
          kind: "gemm",
          label: `${label} backward input`,
          layout: "NN",
          ...(window && { window }),
          m: rows.in,
          n: inputs,
          k: outputs,
          a: dOutput,
          b: parameters.weight!,
          c: dX.value,
          accumulate: dX.accumulate,
        });
      }
      if (dWeight) {
        const { x, columns, window } = given(values);
        ops.push({
          kind: "gemm",
          label: `${label} backward weight`,
          layout: "TN",
          ...(window && { window }),
          m: outputs,
          n: columns,
          k: rows.out,
          a: dOutput,
          b: x,
          c: dWeight.value,
          accumulate: dWeight.accumulate,
        });
      }
      if (dBias) {
        ops.push({
          kind: "columnSum",
          label: `${label} backward bias`,
          rows: rows.out,
          columns: outputs,
          x: dOutput,
          sum: dBias.value,
          accumulate: dBias.accumulate,
        });
      }
      return ops;
    },
  };
}
