import { useEffect, useRef, useState } from "preact/hooks";
import {
  type Problems,
  readField,
  replaceState,
  textOf,
  type UrlState,
} from "./url_state.ts";

/** Pause before the address changes, in ms: browsers refuse more than some hundred changes in half a minute. */
const PAUSE = 200;

/** Attributes that tie an `<input>` or `<select>` to a field. */
export interface InputProps {
  id: string;
  name: string;
  value: string;
  onInput: (event: { currentTarget: { value: string } }) => void;
  "aria-invalid": "true" | undefined;
  "aria-describedby": string | undefined;
}

interface Now<State> {
  state: State;
  problems: Problems<State>;
  /** What stands in fields as it was typed; other fields show their values. */
  texts: { [Key in keyof State]?: string };
}

/**
 * The state of a figure, kept in the page's address.
 *
 * @param search The page's query string, so that the server draws the same
 * @returns The state; the problem of each malformed field; `set(patch)`, which
 * changes values; `input(key)`, the attributes of the field's `<input>`. Text
 * that a field cannot read leaves its last value in force
 */
export function useUrlState<State extends object>(
  codec: UrlState<State>,
  search: string,
): [
  State,
  Problems<State>,
  (patch: Partial<State>) => void,
  (key: keyof State & string) => InputProps,
] {
  const [now, setNow] = useState(() => readNow(codec, search));
  const touched = useRef(false);

  useEffect(() => {
    const restore = () => setNow(readNow(codec, location.search));
    addEventListener("popstate", restore);
    return () => removeEventListener("popstate", restore);
  }, [codec]);

  useEffect(() => {
    if (!touched.current) return;
    const timer = setTimeout(() => {
      const { pathname, search, hash } = location;
      const query = replaceState(codec, now.state, search);
      history.replaceState(history.state, "", pathname + query + hash);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [codec, now.state]);

  const change = (next: (now: Now<State>) => Now<State>) => {
    touched.current = true;
    setNow(next);
  };
  const set = (patch: Partial<State>) =>
    change((now) => patched(codec, now, patch));
  const input = (key: keyof State & string): InputProps => {
    const { name, format } = codec.fields[key];
    const problem = now.problems[key];
    return {
      id: `field-${name}`,
      name,
      value: now.texts[key] ?? format(now.state[key]),
      onInput: ({ currentTarget: { value } }) =>
        change((now) => typed(codec, now, { key, text: value })),
      "aria-invalid": problem === undefined ? undefined : "true",
      "aria-describedby": problem === undefined ? undefined : problemId(name),
    };
  };
  return [now.state, now.problems, set, input];
}

/** Id of the element that tells the problem of a parameter. */
export function problemId(name: string): string {
  return `problem-${name}`;
}

function readNow<State extends object>(
  codec: UrlState<State>,
  search: string,
): Now<State> {
  const parameters = new URLSearchParams(search);
  const { state, problems } = codec.read(parameters);
  const texts: Now<State>["texts"] = {};
  for (const key of Object.keys(problems) as (keyof State)[]) {
    texts[key] = textOf(codec.fields[key], parameters);
  }
  return { state, problems, texts };
}

/** With values changed by the figure; they are kept as the URL will spell them. */
function patched<State extends object>(
  codec: UrlState<State>,
  { state, problems, texts }: Now<State>,
  patch: Partial<State>,
): Now<State> {
  const next = {
    state: { ...state, ...patch },
    problems: { ...problems },
    texts: { ...texts },
  };
  for (const key of Object.keys(patch) as (keyof State)[]) {
    delete next.problems[key];
    delete next.texts[key];
    const { value } = readField(
      codec.fields[key],
      codec.fields[key].format(next.state[key]),
    );
    if (value !== undefined) next.state[key] = value;
  }
  return next;
}

/** With a text typed into a field. */
function typed<State extends object>(
  codec: UrlState<State>,
  { state, problems, texts }: Now<State>,
  { key, text }: { key: keyof State; text: string },
): Now<State> {
  const { value, problem } = readField(codec.fields[key], text);
  return {
    state: problem === undefined ? { ...state, [key]: value } : state,
    problems: { ...problems, [key]: problem },
    texts: { ...texts, [key]: text },
  };
}
