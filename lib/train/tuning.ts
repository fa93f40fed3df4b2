/** Measures the tiles that an adapter may run fast, for every class of products. */
import { NablaError } from "../core/errors.ts";
import type { Target } from "../core/plan.ts";
import type { TileChoice, TileRate, TileTable } from "../core/tile_table.ts";
import { DeviceLostError, type Gpu } from "../gpu/mod.ts";
import {
  exactKey,
  productOf,
  workOf,
} from "../nn/planner/lower/tile_choice.ts";
import { candidates, tileName, tileNamed } from "../nn/planner/lower/tiles.ts";
import type { TuningCase } from "./tuning_cases.ts";
import { choiceOf, type Lane, openLane, sampleInTurn } from "./tuning_lanes.ts";

/** One way to compute a product, measured. */
export interface TunedTile extends TileChoice {
  /** Milliseconds of the product, the best of a few samples. */
  readonly ms: number;
  /** 10⁹ multiplications and additions a second. */
  readonly gflops: number;
  /** What the table holds: `workOf()` over the time. */
  readonly rate: number;
}

/** One class of products, measured. */
export interface TunedCase {
  readonly key: string;
  /** The product that stood for the class, as in `gemm NT 64×64×512 ×1`. */
  readonly product: string;
  /** Whether parts of k were tried. */
  readonly parted: boolean;
  /** The fastest first. */
  readonly tiles: readonly TunedTile[];
  /** What is taken where nothing was measured; one of `tiles` unless it failed. */
  readonly shipped: TileChoice;
  /** Tiles that did not compile or were wrong, and why. */
  readonly failures: readonly {
    readonly tile: string;
    readonly reason: string;
  }[];
}

/**
 * Measures cases one after the other; all of them take a minute or two on a CPU.
 *
 * @param onCase Told what was measured, case by case
 * @throws {DeviceLostError} If the device goes away
 */
export async function tune(
  gpu: Gpu,
  cases: readonly TuningCase[],
  onCase: (tuned: TunedCase) => void = () => {},
): Promise<TunedCase[]> {
  const tuned: TunedCase[] = [];
  for (const one of cases) {
    tuned.push(await tuneCase(gpu, one));
    onCase(tuned.at(-1)!);
  }
  return tuned;
}

/** A gain that is no larger than this is as likely noise. */
export const WORTH = 1.1;

/** How much faster the fastest tile is than the one that ships. */
export function gain({ tiles, shipped }: TunedCase): number {
  const ships = tiles.find((one) => isSame(one, shipped));
  return ships ? ships.ms / tiles[0]!.ms : Infinity;
}

/** Whether two choices are one. */
export function isSame(a: TileChoice, b: TileChoice): boolean {
  return a.tile === b.tile && a.parts === b.parts;
}

/**
 * The table that a plan's target takes: empty for a class where the tile that
 * ships is as good as any. Parts of k are named where they were measured.
 */
export function tableOf(cases: readonly TunedCase[]): TileTable {
  return Object.fromEntries(cases.map((one) => [
    one.key,
    one.tiles.length > 0 && gain(one) > WORTH
      ? one.tiles.map(({ tile, parts, rate }): TileRate =>
        one.parted ? { tile, parts, rate } : { tile, rate }
      )
      : [],
  ]));
}

async function tuneCase(gpu: Gpu, given: TuningCase): Promise<TunedCase> {
  const { op } = given;
  const lanes: Lane[] = [];
  const failures: { tile: string; reason: string }[] = [];
  const shipped = choiceOf(given, gpu.target, {});
  try {
    for (const choice of choices(given, gpu.target, shipped)) {
      try {
        lanes.push(await openLane(gpu, given, choice, lanes[0]?.program));
      } catch (error) {
        const known = error instanceof NablaError &&
          !(error instanceof DeviceLostError);
        if (!known) throw error;
        failures.push({ tile: choice.tile, reason: error.message });
      }
    }
    await sampleInTurn(gpu, lanes);
    // What would change is measured twice, as the machine may do something else.
    const fastest = lanes.toSorted((a, b) => a.ms - b.ms)[0];
    const ships = lanes.find(({ choice }) => isSame(choice, shipped));
    if (fastest && ships && ships.ms > WORTH * fastest.ms) {
      await sampleInTurn(gpu, [fastest, ships]);
    }
  } finally {
    for (const { program } of lanes) program.destroy();
  }
  const product = productOf(op, 1);
  const { m, n, k, layers } = product;
  const tiles = lanes.map(({ choice, ms }): TunedTile => {
    const { parts } = choice;
    const work = workOf(product, { tile: tileNamed(choice.tile)!, parts });
    return {
      ...choice,
      ms,
      gflops: 2 * m * n * k * layers / ms / 1e6,
      rate: work / ms / 1e6,
    };
  });
  return {
    key: given.key,
    product: exactKey(product),
    parted: given.parts.length > 1,
    tiles: tiles.sort((a, b) => a.ms - b.ms),
    shipped,
    failures,
  };
}

/** Every candidate with every number of parts, and what ships, each once. */
function choices(
  given: TuningCase,
  target: Target,
  shipped: TileChoice,
): TileChoice[] {
  const { product } = shipped;
  const all = new Map<string, TileChoice>();
  for (const tile of candidates(target)) {
    for (const wanted of given.parts) {
      const table = {
        [product]: [{ tile: tileName(tile), parts: wanted, rate: 1 }],
      };
      const choice = choiceOf(given, target, table);
      all.set(JSON.stringify(choice), choice);
    }
  }
  all.set(JSON.stringify(shipped), shipped);
  return [...all.values()];
}
