import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Field, Problems, UrlState } from "./url_state.ts";
import { problemId } from "./use_url_state.ts";

/**
 * The form around a figure. Without a script, its button asks the server for
 * the figure that the fields say; other parameters of the page are kept.
 */
export function FigureForm<State extends object>(
  { id, label, codec, search, children }: {
    /** Of the form; the page scrolls there after a submit. */
    id: string;
    /** Its accessible name. */
    label: string;
    codec: UrlState<State>;
    search: string;
    children: ComponentChildren;
  },
) {
  const [ready, setReady] = useState(false);
  useEffect(() => setReady(true), []);
  const own = Object.values<Field<unknown>>(codec.fields)
    .map(({ name }) => name);
  const others = [...new URLSearchParams(search)]
    .filter(([name]) => !own.includes(name));
  return (
    <form
      method="get"
      action={`#${id}`}
      id={id}
      class="interactive"
      aria-label={label}
      data-ready={String(ready)}
      onSubmit={(event) => event.preventDefault()}
    >
      {others.map(([name, value]) => (
        <input key={name} type="hidden" name={name} value={value} />
      ))}
      {children}
      {!ready && <button type="submit">Draw</button>}
    </form>
  );
}

/** A field's problem, below its input; nothing where there is none. */
export function Problem<State extends object>(
  { codec, problems, of }: {
    codec: UrlState<State>;
    problems: Problems<State>;
    of: keyof State;
  },
) {
  const problem = problems[of];
  if (problem === undefined) return null;
  return (
    <p class="problem" id={problemId(codec.fields[of].name)} role="alert">
      {problem}.
    </p>
  );
}
