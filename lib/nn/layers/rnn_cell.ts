import { checkOptions, required, text, whole } from "../../core/options.ts";
import { add } from "./add.ts";
import { dense } from "./dense.ts";
import type { GraphBuilder, Node } from "../graph.ts";
import { type Initializer, torchDefault } from "../initializers.ts";
import { initializer } from "../op/option_rules.ts";
import { tanh } from "./tanh.ts";

/** Options of {@linkcode rnnCell}. */
export interface RnnCellOptions {
  /** Numbers of the input at one time. */
  readonly features: number;
  /** Numbers of the hidden state. */
  readonly units: number;
  /** Name of the cell; its parameters are `<name>.u`, `<name>.w` and `<name>.b`. Default: `rnn`. */
  readonly name?: string;
  /** First values of all three. Default: PyTorch's, U(±1/√units). */
  readonly initial?: Initializer;
}

/**
 * Elman's recurrent cell, `h′ = tanh(U x + W h + b)`: makes its parameters once
 * and returns a function that applies it to an input and the hidden state before,
 * once for every time, with the same U, W and b. Without a state, h is zero.
 *
 * Shapes: x [batch, features], h [batch, units], u [units, features], w [units,
 * units], b [units]. Sources: Elman 1990, Cognitive Science 14(2);
 * torch.nn.RNNCell with one bias.
 *
 * ```ts
 * const model = graph((g) => {
 *   const cell = rnnCell(g, { features: 4, units: 5 });
 *   const first = cell(g.input("x0", [4]));
 *   return cell(g.input("x1", [4]), first);
 * });
 * ```
 */
export function rnnCell(
  g: GraphBuilder,
  options: RnnCellOptions,
): (x: Node, hidden?: Node) => Node {
  checkOptions("make rnnCell", options, {
    features: required(whole(1)),
    units: required(whole(1)),
    name: text,
    initial: initializer,
  });
  const { features, units, name = "rnn" } = options;
  const { initial = torchDefault(units) } = options;
  const u = g.parameter(`${name}.u`, [units, features], initial);
  const w = g.parameter(`${name}.w`, [units, units], initial);
  const b = g.parameter(`${name}.b`, [units], initial);
  const fromInput = dense({ weight: u, bias: b });
  const fromHidden = dense({ weight: w, bias: false });
  return (x, hidden) => {
    const input = g.apply(fromInput, x);
    const sum = hidden
      ? g.apply(add(), input, g.apply(fromHidden, hidden))
      : input;
    return g.apply(tanh(), sum);
  };
}
