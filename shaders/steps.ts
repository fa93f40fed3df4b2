/**
 * Tiles of the three products of `steps.wgsl`, and its entry point: what depends on
 * how many sums an invocation holds in registers, and on who shares the loads.
 */

/** How the products of a step are divided among the invocations of a replica. */
export interface StepsVariant {
  /** With `subgroup` eight lanes share a tile, and a value reaches all of them by broadcast; with `plain` each invocation has its own. */
  readonly engine: "subgroup" | "plain";
  /** Rows of a tile: a multiple of 8 with subgroups, else of 4. */
  readonly rows: number;
  /** Tiles that the workgroup computes at a time; 1 with subgroups. */
  readonly workers: number;
  /** Whether a subgroup, which is all there is then, may wait for itself alone. */
  readonly subgroupBarrier: boolean;
}

/** Lanes of a subgroup that share a tile. */
const LANES = 8;

/** Terms of a product per turn of its loop: a Cell. */
const TERMS = [0, 1, 2, 3];

const range = (count: number) => [...Array(count).keys()];

const lines = (...parts: (readonly string[])[]) =>
  parts.flat().map((line) => `  ${line}`).join("\n");

/** Invocations that share a tile: each has a column of Cells. */
export function sharers({ engine }: Pick<StepsVariant, "engine">): number {
  return engine === "subgroup" ? LANES : 1;
}

/** The left factor of a product: how it is loaded, and which register has a row's value at a term. */
interface Left {
  /** Addresses at the first turn. */
  readonly places: readonly string[];
  readonly value: (row: number, term: number) => string;
}

/** Rows that run along the terms: `address` gives where one begins. */
function alongTerms(
  { engine, rows }: StepsVariant,
  address: (row: string) => string,
): Left {
  return engine === "subgroup"
    ? {
      places: range(rows / LANES).map((q) =>
        address(`row0 + ${q * LANES}u + member`)
      ),
      value: (row, term) =>
        `subgroupBroadcast(a${row >> 3}[${term}], ${row % LANES}u)`,
    }
    : {
      places: range(rows).map((row) => address(`row0 + ${row}u`)),
      value: (row, term) => `a${row}[${term}]`,
    };
}

/** Rows across which the terms run: `address` gives where four of them lie at a term. */
function acrossTerms(
  { engine, rows }: StepsVariant,
  address: (term: string, quad: string) => string,
): Left {
  const quads = rows / 4;
  const place = (row: number, term: number) => term * quads + (row >> 2);
  return engine === "subgroup"
    ? {
      places: range(rows / LANES).map((q) => {
        const index = `(${q * LANES}u + member)`;
        return address(`${index} / ${quads}u`, `${index} % ${quads}u`);
      }),
      value: (row, term) =>
        `subgroupBroadcast(a${place(row, term) >> 3}[${row & 3}], ${
          place(row, term) % LANES
        }u)`,
    }
    : {
      places: TERMS.flatMap((term) =>
        range(quads).map((quad) => address(`${term}u`, `${quad}u`))
      ),
      value: (row, term) => `a${place(row, term)}[${row & 3}]`,
    };
}

/** What is special about one product. */
interface Product {
  /** Header of the function. */
  readonly name: string;
  /** Columns of Cells of the result. */
  readonly columns: string;
  readonly left: Left;
  /** The buffer of the left factor, and how far its addresses move a turn. */
  readonly from: string;
  readonly stride: string;
  /** Where the right factor begins, and its Cells `b0` to `b3` from there on. */
  readonly below: string;
  readonly right: readonly string[];
  readonly belowStride: string;
  /** Turns: Cells of terms. */
  readonly turns: string;
  /** Takes `row0 + r`, `column` and a sum. */
  readonly finish: (row: string, sum: string) => string;
}

function productText({ engine, rows }: StepsVariant, product: Product): string {
  const { left, from } = product;
  const shared = engine === "subgroup";
  const each = range(rows);
  return `fn ${product.name} {
${
    lines(
      [
        `let across = (${product.columns} + SHARERS - 1u) / SHARERS;`,
        "let row0 = tile / across * ROWS;",
        `let column = tile % across * SHARERS${shared ? " + member" : ""};`,
        "let width = rowCells(layer);",
        "let stride = sizes.columns;",
      ],
      left.places.map((place, i) => `var p${i} = ${place};`),
      [`var below = ${product.below};`],
      each.map((r) => `var s${r} = Cell(0.0);`),
      [`for (var turns = ${product.turns}; turns > 0u; turns--) {`],
      left.places.map((_, i) => `  let a${i} = ${from}[p${i}];`),
      product.right.map((line) => `  ${line}`),
      each.flatMap((r) =>
        TERMS.map((t) =>
          `  s${r} = fma(Cell(${left.value(r, t)}), b${t}, s${r});`
        )
      ),
      left.places.map((_, i) => `  p${i} += ${product.stride};`),
      [`  below += ${product.belowStride};`, "}"],
      each.map((r) => product.finish(`row0 + ${r}u`, `s${r}`)),
    )
  }
}`;
}

/** Rows of the right factor that lie one below the other, one a term. */
const BELOW = TERMS.map((t) => `let b${t} = work[below + ${t}u * stride];`);

/** Four rows of the right factor that run along the terms, turned in registers. */
const TURNED = [
  ...TERMS.map((t) => `let w${t} = work[below + ${t}u * stride];`),
  ...TERMS.map((t) =>
    `let b${t} = Cell(${TERMS.map((row) => `w${row}[${t}]`).join(", ")});`
  ),
];

/**
 * WGSL of `forwardTile`, `backwardTile`, `updateTile` and `main`. Rows and columns over the
 * edge are computed from clamped addresses and not stored: the functions of
 * `steps.wgsl` that finish a sum see to it.
 */
export function stepsMain(variant: StepsVariant): string {
  const { engine, rows, workers, subgroupBarrier } = variant;
  const shared = engine === "subgroup";
  const own = (first: string, stride: string) => (row: string) =>
    `${first} + min(${row}, layer.units - 1u) * ${stride}`;
  const forward: Product = {
    name: "forwardTile(layer: Layer, tile: u32)",
    columns: "sizes.columns",
    left: alongTerms(variant, own("layer.weight", "width")),
    from: "parameter",
    stride: "1u",
    below: "layer.input + column",
    right: BELOW,
    belowStride: "4u * stride",
    turns: "width",
    finish: (row, sum) => `finishForward(layer, ${row}, column, ${sum});`,
  };
  const backward: Product = {
    ...forward,
    name: "backwardTile(layer: Layer, before: Layer, tile: u32)",
    left: acrossTerms(
      variant,
      (term, quad) =>
        `layer.weight + ${term} * width + min(row0 / 4u + ${quad}, width - 1u)`,
    ),
    stride: "4u * width",
    below: "layer.dOutput + column",
    turns: "roundUp(layer.units) / 4u",
    finish: (row, sum) => `finishBackward(before, ${row}, column, ${sum});`,
  };
  const update: Product = {
    name: "updateTile(layer: Layer, tile: u32)",
    columns: "rowCells(layer)",
    left: alongTerms(variant, own("layer.dOutput", "stride")),
    from: "work",
    stride: "1u",
    below: "layer.input + 4u * min(column, width - 1u) * stride",
    right: TURNED,
    belowStride: "1u",
    turns: "roundUp(sizes.batch) / 4u",
    finish: (row, sum) => `finishUpdate(layer, ${row}, column, ${sum});`,
  };
  return [
    `const SHARERS = ${sharers(variant)}u;
const WORKERS = ${workers}u;
const ROWS = ${rows}u;

fn worker() -> u32 { return ${shared ? "0u" : "member"}; }

fn barrier() { ${
      shared && subgroupBarrier
        ? "subgroupBarrier();"
        : "storageBarrier(); workgroupBarrier();"
    } }`,
    ...[forward, backward, update].map((one) => productText(variant, one)),
    `@compute @workgroup_size(LANES)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(${
      shared ? "subgroup_invocation_id" : "local_invocation_index"
    }) place: u32,
) {
  model = group.x;
  member = place;
  train();
}`,
  ].join("\n\n") + "\n";
}
