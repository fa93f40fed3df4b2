/**
 * Passes over the rows of a matrix, unrolled where a lane's share of a row fits in
 * registers, so that a row is loaded once however often it is passed over. The
 * fixed part stands in `rows.wgsl`.
 */

/** How the cells of a row are given to lanes. */
export interface RowShape {
  /** Cells of a row. */
  readonly columns: number;
  /** Neighbouring lanes that share it: each takes every span-th cell. */
  readonly span: number;
  /** Cells that each lane keeps in registers; 0 if it loads them anew in each pass. */
  readonly kept: number;
}

/**
 * Writes the passes of one entry point, which knows `part`, see `rows.wgsl`. In
 * expressions and statements `c` is a column, counted in cells.
 */
export interface Passes {
  /** Names a number of each column: computed here, or in every pass that asks for it. */
  keep(name: string, expression: string): string;
  /** A pass: `statement` for every column of the lane. */
  each(statement: string): string;
  /** A pass that stores: only where the row exists. */
  store(statement: string): string;
}

/** The row of a lane: one after the other, as workgroups count. */
export const PART = "let part = partOf(group.y * groups.x + group.x, lane);";

/** An entry point whose lanes share rows. */
export function entry(name: string, body: string): string {
  return `@compute @workgroup_size(64)
fn ${name}(
  @builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
${body}
}`;
}

/** Passes over rows of a shape. */
export function passes({ columns, span, kept }: RowShape): Passes {
  const kinds: Record<string, string> = {};
  const at = (text: string, column: number) =>
    [...Object.keys(kinds), "c"].reduce(
      (text, name) => text.replaceAll(word(name), `${name}${column}`),
      text,
    );
  const unrolled = (line: (column: number) => string) =>
    Array.from({ length: kept }, (_, column) => line(column)).join("\n");
  const ragged = (column: number) => (column + 1) * span > columns;
  const inside = (column: number, text: string) =>
    `${
      ragged(column) ? `if (${place(column)} < sizes.columns) ` : ""
    }{ ${text} }`;
  const place = (column: number) => `part.first + ${column * span}u`;

  if (kept === 0) {
    const needed = (text: string): string[] =>
      Object.entries(kinds).filter(([name]) => word(name).test(text)).flatMap(
        ([name, expression]) => [...needed(expression), name],
      );
    const loop = (statement: string, end: string) => {
      const names = [...new Set(needed(statement))];
      const lets = names.map((name) => `let ${name} = ${kinds[name]};`);
      return `for (var c = part.first; c < ${end}; c += ${span}u) {
${[...lets, statement].join("\n")}
}`;
    };
    return {
      keep(name, expression) {
        kinds[name] = expression;
        return "";
      },
      each: (statement) => loop(statement, "sizes.columns"),
      store: (statement) =>
        loop(statement, "select(0u, sizes.columns, part.exists)"),
    };
  }

  const each = (statement: string) =>
    unrolled((column) => inside(column, at(statement, column)));
  return {
    keep(name, expression) {
      const first = Object.keys(kinds).length === 0
        ? unrolled((column) =>
          `let c${column} = ${
            ragged(column)
              ? `min(${place(column)}, sizes.columns - 1u)`
              : place(column)
          };`
        )
        : "";
      const lines = unrolled((column) =>
        `let ${name}${column} = ${at(expression, column)};`
      );
      kinds[name] = expression;
      return `${first}\n${lines}`;
    },
    each,
    store: (statement) => `if (part.exists) {\n${each(statement)}\n}`,
  };
}

const word = (name: string) => new RegExp(`\\b${name}\\b`, "g");

/**
 * Sums and maxima over the lanes of a row: by shuffles where a subgroup has eight
 * lanes, else through memory of the workgroup.
 */
export function reductions(span: number, subgroupSize: number | null): string {
  const memory = span > 1 && (subgroupSize !== 8 || span > 8);
  const text = (name: string, combine: (a: string, b: string) => string) =>
    `fn ${name}(value: f32, lane: u32) -> f32 {
  var all = value;
${subgroupSize === 8 ? shuffled(Math.min(span, 8), combine) : ""}
${memory ? remembered(span, subgroupSize === 8 ? 8 : 1, combine) : ""}
  return all;
}`;
  return [
    memory ? "var<workgroup> foundInRow: array<f32, 64>;" : "",
    text("rowSum", (a, b) => `${a} + ${b}`),
    text("rowMaximum", (a, b) => `max(${a}, ${b})`),
  ].join("\n");
}

function shuffled(span: number, combine: (a: string, b: string) => string) {
  let text = "";
  for (let step = 1; step < span; step *= 2) {
    text += `  all = ${combine("all", `subgroupShuffleXor(all, ${step}u)`)};\n`;
  }
  return text;
}

/** Of every `step`-th lane of the row, in order: of long rows first every eight, then what they found. */
function remembered(
  span: number,
  step: number,
  combine: (a: string, b: string) => string,
): string {
  const round = (first: string, count: number, step: number) =>
    `  workgroupBarrier();
  foundInRow[lane] = all;
  workgroupBarrier();
  all = foundInRow[${first}];
  for (var i = 1u; i < ${count}u; i++) { all = ${
      combine("all", `foundInRow[${first} + i * ${step}u]`)
    }; }
`;
  if (span <= 8) return round(`lane - lane % ${span}u`, span, 1);
  return (step === 8 ? "" : round("lane - lane % 8u", 8, 1)) +
    round(`lane - lane % ${span}u`, span / 8, 8);
}
