import type { Ref } from "preact";

/** A chart that Plot has drawn, and what it shows in words. */
export function DrawnFigure({ id, box, label, markup, words }: {
  /** Of the figure's form; the words get one from it. */
  id: string;
  /** The box whose width the chart fits. */
  box: Ref<HTMLDivElement>;
  /** Accessible name. */
  label: string;
  /** SVG. */
  markup: string;
  words: string;
}) {
  return (
    <figure>
      <div
        ref={box}
        role="img"
        aria-label={label}
        aria-describedby={`${id}-words`}
      >
        <div
          class="chart-svg fitted"
          aria-hidden="true"
          // Made by Plot through the DOM, which escapes all text.
          // deno-lint-ignore react-no-danger
          dangerouslySetInnerHTML={{ __html: markup }}
        />
      </div>
      <figcaption>
        <span id={`${id}-words`} role="status">{words}</span>
      </figcaption>
    </figure>
  );
}
