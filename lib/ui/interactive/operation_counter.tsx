import type { LayerCost } from "../../math/network_cost.ts";
import { Scroll } from "../scroll.tsx";
import { FigureForm, Problem } from "./figure_form.tsx";
import {
  type CounterView,
  describe,
  operationCounterState,
  viewOf,
} from "./operation_counter_state.ts";
import { useUrlState } from "./use_url_state.ts";

const codec = operationCounterState;

/** Products of a step of any small network: type its widths and a batch. */
export function OperationCounter({ search }: { search: string }) {
  const [state, problems, , input] = useUrlState(codec, search);
  const view = viewOf(state);
  return (
    <FigureForm
      id="operation-counter-figure"
      label="Operations of a step"
      codec={codec}
      search={search}
    >
      <div class="fields">
        <label>
          widths, inputs to outputs{" "}
          <input {...input("widths")} class="wide" spellcheck={false} />
        </label>
        <label>
          examples M <input {...input("batch")} inputMode="numeric" />
        </label>
      </div>
      <Problem codec={codec} problems={problems} of="widths" />
      <Problem codec={codec} problems={problems} of="batch" />
      <figure>
        <Layers view={view} />
        <figcaption>
          <p role="status">{describe(view, state.batch)}</p>
        </figcaption>
      </figure>
    </FigureForm>
  );
}

const columns = [
  ["forward", "forward"],
  ["weightGradient", "gradient of weights"],
  ["inputGradient", "passed down"],
] as const;

function Layers({ view }: { view: CounterView }) {
  const { layers, most, parameters } = view;
  const sum = (key: (typeof columns)[number][0]) =>
    layers.reduce((total, layer) => total + layer[key], 0);
  return (
    <Scroll label="Products by layer">
      <table class="study-table with-total operations">
        <caption>Products by layer</caption>
        <thead>
          <tr>
            <th scope="col">layer</th>
            <th scope="col" class="number">parameters</th>
            {columns.map(([key, name]) => (
              <th scope="col" class="number" key={key}>
                <i class={`swatch ${key}`} aria-hidden="true" /> {name}
              </th>
            ))}
            <td />
          </tr>
        </thead>
        <tbody>
          {layers.map((layer, i) => (
            <tr key={i}>
              <th scope="row">{layer.inputs} → {layer.units}</th>
              <td class="number">{whole(layer.parameters)}</td>
              {columns.map(([key]) => (
                <td class="number" key={key}>{whole(layer[key])}</td>
              ))}
              <td>
                <Bar layer={layer} most={most} />
              </td>
            </tr>
          ))}
          <tr>
            <th scope="row">in all</th>
            <td class="number">{whole(parameters)}</td>
            {columns.map(([key]) => (
              <td class="number" key={key}>{whole(sum(key))}</td>
            ))}
            <td />
          </tr>
        </tbody>
      </table>
    </Scroll>
  );
}

/** Width of the longest bar. */
const LENGTH = 160;

/** The three counts of a layer one after the other. */
function Bar({ layer, most }: { layer: LayerCost; most: number }) {
  let at = 0;
  return (
    <svg class="bar" width={LENGTH} height="14" aria-hidden="true">
      {columns.map(([key]) => {
        const width = layer[key] / most * LENGTH;
        const x = at;
        at += width;
        return (
          <rect
            key={key}
            class={key}
            x={x}
            width={Math.max(0, width - 1)}
            height="14"
          />
        );
      })}
    </svg>
  );
}

const whole = (value: number) => value.toLocaleString("en-US");
