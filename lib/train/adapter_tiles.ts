/** Measured tiles between runs: a JSON file in the data folder, one entry an adapter. */
import { z } from "zod";
import { recordedTiles, type TileTable } from "../core/tile_table.ts";
import { writeAtomically } from "../results/files.ts";
import type { Run } from "../results/schemas.ts";

/** What tells two adapters apart. */
const AdapterName = z.object({
  vendor: z.string(),
  architecture: z.string(),
  description: z.string(),
});

/** What tells two adapters apart. */
export type AdapterName = z.output<typeof AdapterName>;

const Tiles = z.record(
  z.string(),
  z.array(z.strictObject({
    tile: z.string(),
    parts: z.int().positive().optional(),
    rate: z.number().positive(),
  })),
) satisfies z.ZodType<TileTable>;

const File = z.strictObject({
  /** Changes when older files cannot be read any more. */
  form: z.literal(1),
  adapters: z.array(z.strictObject({ adapter: AdapterName, tiles: Tiles })),
});

/** Tiles to plan with on one adapter. */
export interface AdapterTiles {
  /** The adapter they were measured on; `null` where they hold on any, as those of a record. */
  readonly adapter: AdapterName | null;
  readonly tiles: TileTable;
}

/** What the file of a data folder holds. */
export interface MeasuredTiles {
  readonly measured: readonly AdapterTiles[];
  /** One line for the person who runs, where the file cannot be used. */
  readonly problem: string | null;
}

/** Path of the file in a data folder. */
export function tilesPath(folder: string): string {
  return `${folder}/tiles.json`;
}

/** Reads the tiles that `deno task tune` measured; a file that cannot be used is ignored and named. */
export function readTiles(folder: string): MeasuredTiles {
  const path = tilesPath(folder);
  try {
    const { adapters } = File.parse(JSON.parse(Deno.readTextFileSync(path)));
    return { measured: adapters, problem: null };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      return { measured: [], problem: null };
    }
    const reason = error instanceof z.ZodError
      ? z.prettifyError(error).split("\n").slice(0, 2).join(" ").trim()
      : (error as Error).message;
    return {
      measured: [],
      problem:
        `Going on with the tiles that ship as ${path} cannot be read: ${reason}; deno task tune writes it anew`,
    };
  }
}

/**
 * Writes what was measured on an adapter, beside what was measured before: on
 * others, or of other products.
 *
 * @throws {NablaError} If the folder refuses
 */
export function writeTiles(
  folder: string,
  { adapter, tiles }: { adapter: AdapterName; tiles: TileTable },
): void {
  const { vendor, architecture, description } = adapter;
  const { measured } = readTiles(folder);
  const own = {
    adapter: { vendor, architecture, description },
    tiles: { ...tilesFor(adapter, measured), ...tiles },
  };
  const others = measured.filter((one) => !isSame(one.adapter, adapter));
  const file = { form: 1, adapters: [...others, own] };
  Deno.mkdirSync(folder, { recursive: true });
  const text = JSON.stringify(file, null, 2) + "\n";
  writeAtomically(tilesPath(folder), new TextEncoder().encode(text));
}

/** The tiles under which a run repeats as it was recorded, on any adapter. */
export function tilesOfRun({ provenance }: Run): AdapterTiles {
  const choices = provenance.kernels.flatMap(({ choice }) => choice ?? []);
  return { adapter: null, tiles: recordedTiles(choices) };
}

/** What holds on an adapter; later tables count where two name the same product. */
export function tilesFor(
  adapter: AdapterName,
  tables: readonly AdapterTiles[],
): TileTable {
  const own = tables.filter((one) =>
    one.adapter === null || isSame(one.adapter, adapter)
  );
  return Object.assign({}, ...own.map(({ tiles }) => tiles));
}

/** One line where tiles were measured, but on other adapters only; else `null`. */
export function strangeTiles(
  adapter: AdapterName,
  tables: readonly AdapterTiles[],
): string | null {
  const named = tables.flatMap(({ adapter }) => adapter ?? []);
  if (named.length === 0 || named.some((one) => isSame(one, adapter))) {
    return null;
  }
  return `Going on with the tiles that ship as others were measured on ${
    named.map(labelOf).join(", ")
  } and not on ${labelOf(adapter)}; deno task tune measures them`;
}

const labelOf = ({ vendor, architecture, description }: AdapterName) =>
  description || `${vendor} ${architecture}`;

function isSame(a: AdapterName | null, b: AdapterName): boolean {
  return a?.vendor === b.vendor && a.architecture === b.architecture &&
    a.description === b.description;
}
