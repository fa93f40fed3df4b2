/**
 * One tile of a matrix product, unrolled: sums stay in registers, four terms of
 * k a turn. `gemm.ts` and `conv.ts` put it into an entry point and say how four
 * neighbours are loaded; see `gemm.wgsl` for the formula.
 */
import type { Layout, RegisterTile, Tile } from "./gemm.ts";

/** Lanes of a subgroup that share a tile. */
export const LANES = 8;

/** Terms of k per turn of the loop: one vec4f of a row. */
export const UNROLL = 4;

/** 0, 1, …, `count` − 1. */
export const range = (count: number) => [...Array(count).keys()];

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

/** The rows of A that run along k, four terms each from `k` on: rows of a matrix, or rows gathered through a window. */
export function alongK(
  rows: readonly string[],
  { layout, gathered, exactM }: TileOptions,
  k = "k",
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
      loads: rows.map((_, i) => `let a${i} = aAlongK(p${i}, ${k});`),
    };
  }
  return {
    setup: rows.map((row, i) => `let p${i} = placeOf(${clamped(row)});`),
    perTap: rows.map((_, i) => `let g${i} = gather(p${i}, offset);`),
    loads: rows.map((_, i) => `let a${i} = aGathered(g${i}, ${k});`),
  };
}

/** NT, NN with a subgroup: lane i loads four terms of rows i, i + 8, …; a value reaches all by broadcast. */
function sharedRows(options: RegisterOptions): OperandA {
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
function ownRows(options: RegisterOptions): OperandA {
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

function operandA(options: RegisterOptions): OperandA {
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

/** The options of a tile whose operands go from memory to registers. */
export type RegisterOptions = TileOptions & { readonly tile: RegisterTile };

/** Statements of one tile, in the order in which they stand around and inside its loops. */
export interface TileText {
  /** Addresses and first sums; expects `row0`, `column0` and what `entryPoint` declares; calls `start(column)`. */
  readonly setup: string;
  /** Addresses that change with the tap; expects `offset`. */
  readonly perTap: string;
  /** The loop over the terms of k from `first` to before `end`, multiples of four apart or at the end of k. */
  loop(first: string, end: string): string;
  /** Hands every four neighbours of a row to `finish(row, column, value)`. */
  readonly finish: string;
}

/** The sums of a tile in registers: their first values, one turn of multiply-adds, and their end. */
export function sums(
  { rows, columns, exactM, row, value }: {
    rows: number;
    /** First column of every group of four. */
    columns: readonly string[];
    exactM: boolean;
    /** The row of C that a row of the tile is. */
    row: (r: number) => string;
    /** The register with the value of A of a row at one of the four terms; B's are `b<term>_<group>`. */
    value: OperandA["value"];
  },
): Record<"columns" | "starts" | "products" | "finish", string[]> {
  const all = range(rows);
  const groups = range(columns.length);
  const starts = groups.map((g) => `let start${g} = start(c${g});`);
  const first = all.map((r) =>
    groups.map((g) => `var s${r}_${g} = start${g};`).join(" ")
  );
  // Row by row, so that few sums are alive at once.
  const products = all.flatMap((r) =>
    range(UNROLL).map((t) =>
      `{ let x = vec4f(${value(r, t)}); ${
        groups.map((g) => `s${r}_${g} = fma(x, b${t}_${g}, s${r}_${g});`)
          .join(" ")
      } }`
    )
  );
  const finish = groups.map((g) => {
    const stores = all.map((r) => {
      const store = `finish(${row(r)}, c${g}, s${r}_${g});`;
      return exactM ? store : `if (${row(r)} < sizes.m) { ${store} }`;
    });
    return `if (c${g} < sizes.n) {\n${stores.join("\n")}\n}`;
  });
  return {
    columns: columns.map((column, g) => `let c${g} = ${column};`),
    starts: [...starts, ...first],
    products,
    finish,
  };
}

/** Writes the statements of one tile of the subgroup or the plain engine. */
export function registerTileText(options: RegisterOptions): TileText {
  const { layout, tile, exactM } = options;
  const shared = tile.engine === "subgroup";
  const step = shared ? 4 * LANES : 4;
  const groups = range(tile.columns / step);
  const a = operandA(options);
  const b = operandB(layout, groups);
  const text = sums({
    rows: tile.rows,
    columns: groups.map((g) =>
      `column0 + ${g * step}u${shared ? " + 4u * lane" : ""}`
    ),
    exactM,
    row: (r) => `row0 + ${r}u`,
    value: a.value,
  });
  const lines = (...parts: (readonly string[])[]) => parts.flat().join("\n");
  return {
    setup: lines(text.columns, a.setup, b.setup, text.starts),
    perTap: lines(a.perTap ?? []),
    loop: (first, end) =>
      `for (var k = ${first}; k < ${end}; k += ${UNROLL}u) {
${lines(a.loads, b.loads, text.products)}
}`,
    finish: lines(text.finish),
  };
}
