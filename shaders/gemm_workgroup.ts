/**
 * The workgroup engine: the invocations of a workgroup load a slice of A and of
 * B, some terms of k long, into workgroup memory, and each computes a part of
 * the block of C from there. A number is loaded once a workgroup and read as
 * often as the block is wide, which is what GPUs want: their registers are many,
 * their memory is far. Source: Volkov and Demmel 2008, Benchmarking GPUs to tune
 * dense linear algebra.
 *
 * Slices are written by the loads of `gemm.ts` and `conv.ts`, four numbers at a
 * time, in an order in which neighbouring invocations read neighbouring fours:
 *
 *   along k   fours of one row at four terms: [terms / 4][rows]; the columns of
 *             B in the order 0, 4, …, 1, 5, …, as an invocation has four of them
 *   across k  fours of four rows or columns at one term: [terms][rows / 4]
 */
import type { WorkgroupTile } from "./gemm.ts";
import {
  alongK,
  range,
  sums,
  type TileOptions,
  type TileText,
  UNROLL,
} from "./gemm_tile.ts";

type WorkgroupOptions = TileOptions & { readonly tile: WorkgroupTile };

/** Bytes of workgroup memory that a tile takes. */
export function sharedBytes({ rows, columns, terms }: WorkgroupTile): number {
  return 4 * terms * (rows + columns);
}

/** Declares the slices of A and B. */
export function sharedArrays({ rows, columns, terms }: WorkgroupTile): string {
  return `var<workgroup> sliceA: array<vec4f, ${rows * terms / 4}>;
var<workgroup> sliceB: array<vec4f, ${columns * terms / 4}>;

`;
}

/** How one operand gets into workgroup memory. */
interface Fill {
  /** What an invocation loads, and where it puts it; does not change with k. */
  readonly setup: string[];
  readonly perTap?: string[];
  /** Loads the slice that begins at `k`. */
  readonly loads: string[];
}

/** How one operand gets from workgroup memory into registers, at the four terms `q` of a slice. */
type Reads = readonly string[];

/** Loads of one invocation where `size` rows or columns lie in a slice. */
function share({ width, height, terms }: WorkgroupTile, size: number) {
  const invocations = width * height;
  return range(size * terms / 4 / invocations).map((i) => ({
    /** Row or column, where terms run along it, and how many in between. */
    line: i * invocations / (terms / 4),
    /** Term, where it is loaded across. */
    term: i * invocations / (size / 4),
    /** Fours before this one. */
    before: i * invocations,
  }));
}

/** NT, NN: rows of A along k. */
function fillRows(options: WorkgroupOptions): Fill {
  const { rows, terms } = options.tile;
  const loads = share(options.tile, rows);
  const own = loads.map(({ line }) => `row0 + ${line}u + lineA`);
  const a = alongK(own, options, "(k + 4u * quadA)");
  return {
    setup: [
      `let quadA = index % ${terms / 4}u;`,
      `let lineA = index / ${terms / 4}u;`,
      ...a.setup,
    ],
    perTap: a.perTap,
    loads: [
      ...a.loads,
      ...loads.map(({ line }, i) =>
        `sliceA[quadA * ${rows}u + ${line}u + lineA] = a${i};`
      ),
    ],
  };
}

/** NT: rows of B along k, which are columns of C. */
function fillColumns({ tile }: WorkgroupOptions): Fill {
  const { columns, terms } = tile;
  const loads = share(tile, columns);
  return {
    setup: [
      `let quadB = index % ${terms / 4}u;`,
      `let lineB = index / ${terms / 4}u;`,
      ...loads.flatMap(({ line }, i) => [
        `let q${i} = baseB + min(column0 + ${line}u + lineB, sizes.n - 1u) * rowB;`,
        `let w${i} = quadB * ${columns}u + (${line}u + lineB) % 4u * ${
          columns / 4
        }u + (${line}u + lineB) / 4u;`,
      ]),
    ],
    loads: loads.map((_, i) =>
      `sliceB[w${i}] = bAlongK(q${i}, k + 4u * quadB);`
    ),
  };
}

/** TN: A across k; NN, TN: B across k. */
function fillAcross(
  buffer: "a" | "b",
  { tile }: WorkgroupOptions,
): Fill {
  const [size, first, name, last] = buffer === "a"
    ? [tile.rows, "row0", "A", "lastQuadM"]
    : [tile.columns, "column0", "B", "lastQuadN"];
  const loads = share(tile, size);
  return {
    setup: [
      `let from${name} = min(${first} + 4u * (index % ${size / 4}u), ${last});`,
      ...loads.flatMap(({ term }, i) => [
        `let t${name}${i} = ${term}u + index / ${size / 4}u;`,
        `let m${name}${i} = ${buffer}Place(from${name}, t${name}${i});`,
      ]),
    ],
    loads: loads.map(({ before }, i) =>
      `slice${name}[${before}u + index] = ${buffer}AcrossK(m${name}${i}, t${name}${i}, k);`
    ),
  };
}

/** Rows of A of one invocation, at all four terms. */
function readRows({ rows, height }: WorkgroupTile): Reads {
  return range(rows / height).map((r) =>
    `let a${r} = sliceA[q * ${rows}u + ownRow + ${r}u];`
  );
}

/** The same in fours of rows at each term. */
function readRowQuads({ rows, height }: WorkgroupTile): Reads {
  return range(UNROLL).flatMap((t) =>
    range(rows / height / 4).map((i) =>
      `let a${t}_${i} = sliceA[(4u * q + ${t}u) * ${
        rows / 4
      }u + ownRow / 4u + ${i}u];`
    )
  );
}

/** Columns of B along k, turned in registers. */
function readColumns({ columns, width }: WorkgroupTile): Reads {
  return range(columns / width / 4).flatMap((g) => [
    ...range(4).map((r) =>
      `let w${g}_${r} = sliceB[q * ${columns}u + ${r * columns / 4}u + ${
        g * width
      }u + local.x];`
    ),
    ...range(UNROLL).map((t) =>
      `let b${t}_${g} = vec4f(${
        range(4).map((r) => `w${g}_${r}[${t}]`).join(", ")
      });`
    ),
  ]);
}

/** Fours of columns of B at each term. */
function readColumnQuads({ columns, width }: WorkgroupTile): Reads {
  return range(UNROLL).flatMap((t) =>
    range(columns / width / 4).map((g) =>
      `let b${t}_${g} = sliceB[(4u * q + ${t}u) * ${columns / 4}u + ${
        g * width
      }u + local.x];`
    )
  );
}

/** Writes the statements of one tile of the workgroup engine. */
export function workgroupTileText(options: WorkgroupOptions): TileText {
  const { layout, tile, exactM } = options;
  const { rows, columns, width, height, terms } = tile;
  const a = layout === "TN" ? fillAcross("a", options) : fillRows(options);
  const b = layout === "NT" ? fillColumns(options) : fillAcross("b", options);
  const text = sums({
    rows: rows / height,
    // Neighbouring invocations have neighbouring fours: they read and write side by side.
    columns: range(columns / width / 4).map((g) =>
      `column0 + 4u * (${g * width}u + local.x)`
    ),
    exactM,
    row: (r) => `row0 + ownRow + ${r}u`,
    value: (row, term) =>
      layout === "TN" ? `a${term}_${row >> 2}[${row & 3}]` : `a${row}[${term}]`,
  });
  const lines = (...parts: (readonly string[])[]) => parts.flat().join("\n");
  return {
    setup: lines(
      [`let ownRow = ${rows / height}u * local.y;`],
      text.columns,
      a.setup,
      b.setup,
      text.starts,
    ),
    perTap: lines(a.perTap ?? []),
    // Terms at or beyond the end are loaded, too, as whatever lies there, and not read.
    loop: (first, end) =>
      `for (var k = ${first}; k < ${end}; k += ${terms}u) {
${lines(a.loads, b.loads)}
workgroupBarrier();
for (var q = 0u; q < min(${terms / 4}u, (${end} - k + 3u) / 4u); q++) {
${
        lines(
          layout === "TN" ? readRowQuads(tile) : readRows(tile),
          layout === "NT" ? readColumns(tile) : readColumnQuads(tile),
          text.products,
        )
      }
}
workgroupBarrier();
}`,
    finish: lines(text.finish),
  };
}
