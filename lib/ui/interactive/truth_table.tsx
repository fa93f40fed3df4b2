import { useMemo } from "preact/hooks";
import { levelsOf, networkOfCircuit, signalsOf } from "../../math/nand.ts";
import { outputsAt } from "../../math/relu_network.ts";
import { CircuitDrawing } from "./circuit_drawing.tsx";
import { FigureForm, Problem } from "./figure_form.tsx";
import {
  bitsOf,
  circuitOf,
  tables,
  truthTableCodec as codec,
  turned,
} from "./truth_table_state.ts";
import { replaceState } from "./url_state.ts";
import { useUrlState } from "./use_url_state.ts";

const ID = "truth-table";

const INPUTS = ["x₁", "x₂", "x₃"];

/** A truth table to edit, the circuit of NANDs that computes it, and that circuit as a ReLU network. */
export function TruthTable({ search }: { search: string }) {
  const [state, problems, set, input] = useUrlState(codec, search);
  const { table } = state;
  const { circuit, network, levels } = useMemo(() => {
    const circuit = circuitOf({ table });
    return {
      circuit,
      network: networkOfCircuit(circuit),
      levels: levelsOf(circuit),
    };
  }, [table]);
  const { inputs, gates } = circuit;
  const row = Math.min(state.row, table.length - 1);
  const bits = bitsOf(row, inputs);
  const right =
    [...table].filter((bit, i) =>
      outputsAt(network, bitsOf(i, inputs).map(Number))[0] === Number(bit)
    ).length;
  const widths = network.slice(0, -1).map(({ bias }) => bias.length);
  const words = `${gates.length} NAND ${
    gates.length === 1 ? "gate" : "gates"
  }: a ReLU network of ${network.length} ${
    network.length === 1 ? "layer" : "layers"
  }${
    widths.length > 0 ? ` with hidden widths ${widths.join(", ")}` : ""
  }. Its output is right in ${right} of ${table.length} rows, exactly. At ${
    bits.map((bit, i) => `${INPUTS[i]} = ${Number(bit)}`).join(", ")
  } the output is ${table[row]}.`;
  return (
    <FigureForm id={ID} label="Truth table" codec={codec} search={search}>
      <div class="fields" role="group" aria-label="Tables to start from">
        Start from
        {tables.map((start) => (
          <a
            key={start.label}
            href={`${
              replaceState(codec, { ...state, table: start.table }, search) ||
              "?"
            }#${ID}`}
            onClick={(event) => {
              event.preventDefault();
              set({ table: start.table });
            }}
          >
            {start.label}
          </a>
        ))}
      </div>
      <div class="truth">
        <div>
          <table>
            <caption class="unseen">
              Truth table; the last column turns an output
            </caption>
            <thead>
              <tr>
                <th scope="col">shown</th>
                {bits.map((_, i) => <th scope="col" key={i}>{INPUTS[i]}</th>)}
                <th scope="col">output</th>
              </tr>
            </thead>
            <tbody>
              {[...table].map((bit, i) => {
                const own = bitsOf(i, inputs).map(Number);
                const name = own.join(" ");
                return (
                  <tr key={i} class={i === row ? "shown" : undefined}>
                    <td>
                      <input
                        type="radio"
                        name="row"
                        value={i}
                        checked={i === row}
                        aria-label={`Show inputs ${name}`}
                        onInput={() => set({ row: i })}
                      />
                    </td>
                    {own.map((value, j) => <td key={j}>{value}</td>)}
                    <td>
                      <button
                        type="button"
                        aria-label={`Output for ${name}: ${bit}, turn it`}
                        onClick={() => set({ table: turned(table, i), row: i })}
                      >
                        {bit}
                      </button>
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <label for={input("table").id}>Outputs, 4 or 8</label>{" "}
          <input {...input("table")} autocomplete="off" />
          <Problem codec={codec} problems={problems} of="table" />
          <Problem codec={codec} problems={problems} of="row" />
        </div>
        <figure>
          <div
            class="graph-box"
            tabIndex={0}
            role="group"
            aria-label="Drawing of the circuit"
          >
            <CircuitDrawing
              circuit={circuit}
              levels={levels}
              signals={signalsOf(circuit, bits)}
              inputs={INPUTS}
              describedBy={`${ID}-words`}
            />
          </div>
          <figcaption>
            <span id={`${ID}-words`} role="status">{words}</span>
          </figcaption>
        </figure>
      </div>
    </FigureForm>
  );
}
