import {
  type GraphState,
  graphState,
  isCoordinate,
  tryGraph,
} from "../computational_graph_state.ts";
import { Problem } from "../figure_form.tsx";
import type { Problems } from "../url_state.ts";
import type { InputProps } from "../use_url_state.ts";

/** The expression's field; a text that cannot be read is shown again with the place marked. */
export function ExpressionField({ input, problems }: {
  input: InputProps;
  problems: Problems<GraphState>;
}) {
  const { fault } = tryGraph(input.value || "a+b");
  return (
    <div class="expression">
      <label for={input.id}>Expression</label>
      <input
        {...input}
        type="text"
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        maxLength={220}
      />
      <Problem codec={graphState} problems={problems} of="expression" />
      {fault && problems.expression && (
        <code class="misfit" aria-hidden="true">
          {input.value.slice(0, fault.position)}
          <mark>{input.value[fault.position] ?? " "}</mark>
          {input.value.slice(fault.position + 1)}
        </code>
      )}
    </div>
  );
}

const EXAMPLES = [
  "log(1+exp(x))",
  "(sigmoid(w*x+b)-t)^2",
  "x^3*y+sin(x*y)",
];

/** Other expressions to begin with, as links that also work without a script. */
export function Examples() {
  return (
    <p class="examples">
      Others:{" "}
      {EXAMPLES.map((text) => (
        <a key={text} href={`?${new URLSearchParams({ f: text })}#graph`}>
          <code>{text}</code>
        </a>
      ))}
    </p>
  );
}

/** One field per variable; together they are the parameter `at`. */
export function ValueFields({ names, input, problems }: {
  names: readonly string[];
  /** Of the whole point. */
  input: InputProps;
  problems: Problems<GraphState>;
}) {
  const texts = input.value.split(",");
  const change = (at: number, text: string) => {
    const all = names.map((_, i) => i === at ? text : texts[i] ?? "1");
    input.onInput({ currentTarget: { value: all.join(",") } });
  };
  return (
    <div class="fields" role="group" aria-label="Values of the variables">
      {names.map((name, i) => {
        const text = texts[i] ?? "1";
        return (
          <span key={name} class="value" data-symbol={name}>
            <label for={`${input.id}-${i}`}>{name} =</label>{" "}
            <input
              id={`${input.id}-${i}`}
              name={input.name}
              value={text}
              inputMode="decimal"
              autocomplete="off"
              aria-invalid={isCoordinate(text) ? undefined : "true"}
              aria-describedby={input["aria-describedby"]}
              // A comma would begin the next value, and is a decimal point to many.
              onInput={({ currentTarget: { value } }) =>
                change(i, value.replaceAll(",", "."))}
            />
          </span>
        );
      })}
      <Problem codec={graphState} problems={problems} of="point" />
    </div>
  );
}

/** Slider and buttons over the steps. */
export function StepControl({ input, problems, step, last, go }: {
  input: InputProps;
  problems: Problems<GraphState>;
  step: number;
  last: number;
  go: (step: number) => void;
}) {
  const to = (next: number) => go(Math.min(last, Math.max(0, next)));
  return (
    <div class="steps">
      <label for={input.id}>
        Step <output>{step} of {last}</output>
      </label>
      <span class="scrub">
        <button
          type="button"
          disabled={step === 0}
          onClick={() => to(step - 1)}
        >
          Back
        </button>
        <input
          {...input}
          type="range"
          min={0}
          max={last}
          step={1}
          value={step}
          onInput={({ currentTarget: { value } }) => to(Number(value))}
        />
        <button
          type="button"
          disabled={step === last}
          onClick={() => to(step + 1)}
        >
          Forward
        </button>
      </span>
      <Problem codec={graphState} problems={problems} of="step" />
    </div>
  );
}
