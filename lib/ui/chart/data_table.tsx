import { nearest } from "../../plots/downsample.ts";
import type { Figure } from "../../plots/figure.ts";
import { formatExact } from "../../plots/format.ts";

/** Rows of a table that is still read by a person. */
const MOST_ROWS = 40;

/** The figure as numbers: evenly spread rows, and every row with a value that is not finite. */
export function DataTable(
  { figure, source }: { figure: Figure; source?: string },
) {
  const { rows, all } = rowsOf(figure);
  return (
    <details class="data-table">
      <summary>Data of {figure.title}</summary>
      {rows.length < all && (
        <p>
          {rows.length} of {all} drawn rows.{" "}
          {source && <a href={source}>All values as JSON</a>}
        </p>
      )}
      <div
        class="scroll"
        tabIndex={0}
        role="group"
        aria-label={`Data of ${figure.title}`}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{figure.xLabel}</th>
              {figure.series.map(({ name }) => (
                <th scope="col" key={name}>{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((x) => (
              <tr key={x}>
                <th scope="row">{formatExact(x)}</th>
                {figure.series.map((series) => (
                  <td key={series.name}>{cell(series.x, series.y, x)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function cell(xs: number[], ys: number[], x: number): string {
  const i = nearest(xs, x);
  return i >= 0 && xs[i] === x ? formatExact(ys[i]!) : "";
}

function rowsOf({ series }: Figure): { rows: number[]; all: number } {
  const steps = new Set<number>();
  const odd = new Set<number>();
  for (const { x, y } of series) {
    for (let i = 0; i < x.length; i++) {
      steps.add(x[i]!);
      if (!Number.isFinite(y[i]!) && odd.size < MOST_ROWS) odd.add(x[i]!);
    }
  }
  const all = [...steps].sort((a, b) => a - b);
  const every = Math.max(1, Math.ceil(all.length / MOST_ROWS));
  const rows = all.filter((x, i) =>
    i % every === 0 || i === all.length - 1 || odd.has(x)
  );
  return { rows, all: all.length };
}
