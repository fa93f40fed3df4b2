import type { StudyTable as Table } from "../study/page.ts";
import { Prose } from "./prose.tsx";
import { Scroll } from "./scroll.tsx";

/** A table of a study; numbers in full and flush right, so that digits stand below each other. */
export function StudyTable({ table }: { table: Table }) {
  const { id, caption, columns, rows, total = false } = table;
  return (
    <Scroll label={caption.replaceAll("$", "")}>
      <table class={total ? "study-table with-total" : "study-table"} id={id}>
        <caption>
          <Prose text={caption} />
        </caption>
        <thead>
          <tr>
            {columns.map((name, i) => (
              name === ""
                ? <td key={i} />
                : (
                  <th scope="col" key={i} class={kindOf(rows, i)}>
                    <Prose text={name} />
                  </th>
                )
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([head, ...cells]) => (
            <tr key={head}>
              <th scope="row">
                <Prose text={String(head)} />
              </th>
              {cells.map((cell, i) => (
                <td key={i} class={kindOf(rows, i + 1)}>
                  {typeof cell === "number"
                    ? cell.toLocaleString("en-US").replace("-", "−")
                    : <Prose text={cell} />}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Columns with a number in the first row hold numbers. */
function kindOf(rows: Table["rows"], column: number): string | undefined {
  return /^[\d.,]+$/.test(String(rows[0]?.[column])) ? "number" : undefined;
}
