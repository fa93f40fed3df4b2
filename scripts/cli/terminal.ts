/** Text for a terminal: colour where it is one, tables, durations, numbers. */

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 };

/** `text` in a style, or as it is where stdout is no terminal or `NO_COLOR` is set. */
export function paint(style: keyof typeof codes, text: string): string {
  if (Deno.noColor || !Deno.stdout.isTerminal()) return text;
  return `\x1b[${codes[style]}m${text}\x1b[0m`;
}

/** Columns a terminal needs to show `text`; colour codes take none. */
function width(text: string): number {
  // deno-lint-ignore no-control-regex
  return [...text.replace(/\x1b\[\d+m/g, "")].length;
}

/** Rows as aligned columns; columns named in `right` are aligned to the right. */
export function table(
  rows: readonly (readonly string[])[],
  options: { header?: readonly string[]; right?: readonly number[] } = {},
): string {
  const header = options.header?.map((cell) => paint("dim", cell));
  const all = header ? [header, ...rows] : rows;
  const widths: number[] = [];
  for (const row of all) {
    row.forEach((cell, j) => {
      widths[j] = Math.max(widths[j] ?? 0, width(cell));
    });
  }
  return all.map((row) =>
    row.map((cell, j) => {
      const space = " ".repeat(widths[j]! - width(cell));
      return options.right?.includes(j) ? space + cell : cell + space;
    }).join("  ").trimEnd()
  ).join("\n");
}

/** Four significant digits, thousands grouped from 10,000 on, powers of ten only where they are needed. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (value !== 0 && (size < 1e-3 || size >= 1e9)) {
    return value.toExponential(3);
  }
  if (size >= 1e4) return Math.round(value).toLocaleString("en-US");
  return Number.isInteger(value)
    ? String(value)
    : String(Number(value.toPrecision(4)));
}

/** Columns that a line of text may take. */
export const WIDTH = 80;

/** `text` in lines of at most `width`, broken between words; further lines begin where the text does, or its second column. */
export function wrap(text: string, width: number): string[] {
  const [start] = text.match(/^ +\S+ {2,}|^ */)!;
  const indent = " ".repeat(start.length);
  const [head, ...words] = text.slice(start.length).split(" ");
  const lines = [start + head];
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`;
    if (line.length <= width) lines[lines.length - 1] = line;
    else lines.push(indent + word);
  }
  return lines;
}
