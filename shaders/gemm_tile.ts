/**
 * One tile of a matrix product, unrolled: sums stay in registers, four terms of
 * k a turn. `gemm.ts` and `conv.ts` put loops around it and say how four
 * neighbours are loaded; see `gemm.wgsl` for the formula.
 */
import type { Layout, Tile } from "./gemm.ts";

/** Lanes of a subgroup that share a tile. */
export const LANES = 8;

/** Terms of k per turn of the loop: one vec4f of a row. */
export const UNROLL = 4;

const range = (count: number) => [...Array(count).keys()];

/** How one operand gets into registers. */
interface Operand {
  /** Addresses that do not change with k. */
  readonly setup: string[];
  /** Addresses of gathered rows, anew for each tap of a window. */
  readonly perTap?: string[];
  /** Loads of one turn. */
  readonly loads: string[];
}

/** A: also says which register holds the value of a row at one of the four terms. */
interface OperandA extends Operand {
  value(row: number, term: number): string;
}

/** The rows of A that run along k: rows of a matrix, or rows gathered through a window. */
function alongK(
  rows: readonly string[],
  { layout, gathered, exactM }: TileOptions,
): Operand {
  // Without the clamp NT is 5 % faster on llvmpipe, NN 7 % slower: code layout, not work.
  const inside = exactM && layout === "NT";
  const clamped = (row: string) =>
    inside ? `(${row})` : `min(${row}, sizes.m - 1u)`;
  if (!gathered) {
    return {
      setup: rows.map((row, i) =>
        `let p${i} = baseA + ${clamped(row)} * sizes.k;`
      ),
      loads: rows.map((_, i) => `let a${i} = aAlongK(p${i}, k);`),
    };
  }
  return {
    setup: rows.map((row, i) => `let p${i} = placeOf(${clamped(row)});`),
    perTap: rows.map((_, i) => `let g${i} = gather(p${i}, offset);`),
    loads: rows.map((_, i) => `let a${i} = aGathered(g${i}, k);`),
  };
}

/** NT, NN with a subgroup: lane i loads four terms of rows i, i + 8, …; a value reaches all by broadcast. */
function sharedRows(options: TileOptions): OperandA {
  const own = range(options.tile.rows / LANES).map((q) =>
    `row0 + ${q * LANES}u + lane`
  );
  return {
    ...alongK(own, options),
    value: (row, term) =>
      `subgroupBroadcast(a${row >> 3}[${term}], ${row % LANES}u)`,
  };
}

/** NT, NN alone: every invocation loads four terms of each of its rows. */
function ownRows(options: TileOptions): OperandA {
  const own = range(options.tile.rows).map((r) => `row0 + ${r}u`);
  return {
    ...alongK(own, options),
    value: (row, term) => `a${row}[${term}]`,
  };
}

/** TN with a subgroup: the tile's four terms are rows/4 quads each; lane i loads quads i, i + 8, … of them all. */
function sharedQuads(rows: number): OperandA {
  const quads = rows / 4;
  const share = range(quads * UNROLL / LANES);
  const index = (i: number) => `(${i * LANES}u + lane)`;
  // One number where it is the same for all lanes, so that they share its address.
  const term = (i: number) =>
    quads % LANES === 0
      ? `${Math.floor(i * LANES / quads)}u`
      : `${index(i)} / ${quads}u`;
  return {
    setup: share.flatMap((i) => [
      `let t${i} = ${term(i)};`,
      `let m${i} = aPlace(min(row0 + 4u * (${
        index(i)
      } % ${quads}u), lastQuadM), t${i});`,
    ]),
    loads: share.map((i) => `let a${i} = aAcrossK(m${i}, t${i}, k);`),
    value: (row, term) => {
      const quad = term * quads + (row >> 2);
      return `subgroupBroadcast(a${quad >> 3}[${row & 3}], ${quad % LANES}u)`;
    },
  };
}

/** TN alone: every invocation loads all quads of its rows at each term. */
function ownQuads(rows: number): OperandA {
  const quads = range(rows / 4);
  return {
    setup: range(UNROLL).flatMap((t) =>
      quads.map((q) =>
        `let m${t}_${q} = aPlace(min(row0 + ${4 * q}u, lastQuadM), ${t}u);`
      )
    ),
    loads: range(UNROLL).flatMap((t) =>
      quads.map((q) => `let a${t}_${q} = aAcrossK(m${t}_${q}, ${t}u, k);`)
    ),
    value: (row, term) => `a${term}_${row >> 2}[${row & 3}]`,
  };
}

function operandA(options: TileOptions): OperandA {
  const { layout, tile: { engine, rows } } = options;
  if (engine === "subgroup") {
    return layout === "TN" ? sharedQuads(rows) : sharedRows(options);
  }
  return layout === "TN" ? ownQuads(rows) : ownRows(options);
}

/** B: `b<term>_<group>` is four neighbouring columns of B at one term. */
function operandB(layout: Layout, groups: readonly number[]): Operand {
  const terms = range(UNROLL);
  if (layout !== "NT") {
    return {
      setup: groups.flatMap((g) =>
        terms.map((t) =>
          `let n${t}_${g} = bPlace(min(c${g}, lastQuadN), ${t}u);`
        )
      ),
      loads: groups.flatMap((g) =>
        terms.map((t) => `let b${t}_${g} = bAcrossK(n${t}_${g}, ${t}u, k);`)
      ),
    };
  }
  // Rows of B run along k: load four rows and transpose them in registers.
  const rows = terms;
  return {
    setup: groups.flatMap((g) =>
      rows.map((r) =>
        `let q${g}_${r} = baseB + min(c${g} + ${r}u, sizes.n - 1u) * rowB;`
      )
    ),
    loads: groups.flatMap((g) => [
      ...rows.map((r) => `let w${g}_${r} = bAlongK(q${g}_${r}, k);`),
      ...terms.map((t) =>
        `let b${t}_${g} = vec4f(${
          rows.map((r) => `w${g}_${r}[${t}]`).join(", ")
        });`
      ),
    ]),
  };
}

/** What the text of a tile depends on. */
export interface TileOptions {
  readonly layout: Layout;
  readonly tile: Tile;
  /** Whether m is a multiple of the tile's rows, so that no row needs a check. */
  readonly exactM: boolean;
  /** Whether the rows of A are gathered through a window (NT, NN). */
  readonly gathered: boolean;
}

/** Statements of one tile, in the order in which they stand around and inside its loops. */
export interface TileText {
  /** Addresses and first sums; expects `row0`, `column0` and, with subgroups, `lane`; calls `start(column)`. */
  readonly setup: string;
  /** Addresses that change with the tap; expects `offset`. */
  readonly perTap: string;
  /** Loads and multiply-adds of the four terms from `k` on. */
  readonly turn: string;
  /** Hands every four neighbours of a row to `finish(row, column, value)`. */
  readonly finish: string;
}

/** Writes the statements of one tile. */
export function tileText(options: TileOptions): TileText {
  const { layout, tile, exactM } = options;
  const shared = tile.engine === "subgroup";
  const step = shared ? 4 * LANES : 4;
  const rows = range(tile.rows);
  const groups = range(tile.columns / step);
  const a = operandA(options);
  const b = operandB(layout, groups);
  const columns = groups.map((g) =>
    `let c${g} = column0 + ${g * step}u${shared ? " + 4u * lane" : ""};`
  );
  const starts = groups.map((g) => `let start${g} = start(c${g});`);
  const sums = rows.map((r) =>
    groups.map((g) => `var s${r}_${g} = start${g};`).join(" ")
  );
  // Row by row, so that few sums are alive at once.
  const products = rows.flatMap((r) =>
    range(UNROLL).map((t) =>
      `{ let x = vec4f(${a.value(r, t)}); ${
        groups.map((g) => `s${r}_${g} = fma(x, b${t}_${g}, s${r}_${g});`)
          .join(" ")
      } }`
    )
  );
  const stores = groups.map((g) => {
    const finish = rows.map((r) => {
      const store = `finish(row0 + ${r}u, c${g}, s${r}_${g});`;
      return exactM ? store : `if (row0 + ${r}u < sizes.m) { ${store} }`;
    });
    return `if (c${g} < sizes.n) {\n${finish.join("\n")}\n}`;
  });
  const lines = (...parts: (readonly string[])[]) => parts.flat().join("\n");
  return {
    setup: lines(columns, a.setup, b.setup, starts, sums),
    perTap: lines(a.perTap ?? []),
    turn: lines(a.loads, b.loads, products),
    finish: lines(stores),
  };
}
