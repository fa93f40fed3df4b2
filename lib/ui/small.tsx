import { type Size, smallChart } from "../plots/small_chart.ts";
import type { Figure } from "../plots/figure.ts";
import { formatNumber } from "../plots/format.ts";
import { draw } from "./draw.ts";
import { Sample } from "./chart/legend.tsx";

/** A chart of the size of a word with the last value of each curve beside it. */
export function Small(
  { figure, size }: { figure: Figure; size?: Size },
) {
  return (
    <figure class="small">
      <div
        aria-hidden="true"
        // Made by Plot through the DOM, which escapes all text.
        // deno-lint-ignore react-no-danger
        dangerouslySetInnerHTML={{
          __html: draw(smallChart(figure, size)).markup,
        }}
      />
      <figcaption>
        {figure.series.map(({ name, y }, index) => (
          <span key={name}>
            <Sample index={index} />
            {name} <b class="number">{formatNumber(y.at(-1) ?? NaN, 3)}</b>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}
