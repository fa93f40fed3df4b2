import { type Layer, onlyInput } from "./layer.ts";
import type { Activation } from "./ops.ts";

/** The layer that applies an activation to each number; any shape. */
export function activationLayer(activation: Activation): Layer {
  return {
    kind: activation.name,
    build: (inputs) => ({
      output: onlyInput(activation.name, inputs),
      parameters: {},
      forward: ({ label, inputs, output }) => [{
        kind: "activation",
        label: `${label} forward`,
        activation,
        x: inputs[0]!,
        y: output,
      }],
      backward: ({ label, output, dOutput, dInputs: [dX] }) =>
        dX
          ? [{
            kind: "derivative",
            label: `${label} backward`,
            activation,
            y: output,
            dY: dOutput,
            dX: dX.value,
            accumulate: dX.accumulate,
          }]
          : [],
    }),
  };
}
