/** The ways to compute a product side by side: compiled, checked, and timed in turn. */
import { NablaError } from "../core/errors.ts";
import type { Plan, Target } from "../core/plan.ts";
import { sizeOf } from "../core/shape.ts";
import {
  recordedTiles,
  type TileChoice,
  type TileTable,
} from "../core/tile_table.ts";
import type { Gpu, Program } from "../gpu/mod.ts";
import { assemble } from "../nn/planner/assemble.ts";
import type { TuningCase } from "./tuning_cases.ts";

/** Samples of every tile: at least, at most, and the milliseconds they shall take together. */
const FEWEST = 5;
const MOST = 12;
const SAMPLED_MS = 60;

/** A tile that takes so many times as long as the fastest is not sampled again. */
const HOPELESS = 1.5;

/** Milliseconds of a sample that is taken by the host's clock, many times what waiting is rounded to. */
const HOST_SAMPLE_MS = 100;

/** A way to compute a product, ready to be timed. */
export interface Lane {
  readonly choice: TileChoice;
  readonly program: Program;
  ms: number;
}

/** The product alone, in the tile that a table says. */
function planOf(
  { op }: TuningCase,
  target: Target,
  tiles: TileTable,
): Plan {
  return assemble([op], {
    name: "tuning",
    batch: 1,
    replicas: 1,
    parameters: 0,
    target: { ...target, tiles },
    training: false,
    extra: [],
  });
}

/** What a product is computed with under a table. */
export function choiceOf(
  given: TuningCase,
  target: Target,
  tiles: TileTable,
): TileChoice {
  return planOf(given, target, tiles).dispatches[0]!.choice!;
}

/**
 * Compiles one way and runs it once.
 *
 * @param share Program whose operands it uses; without one it writes them
 * @throws {NablaError} If it does not compile or its result is wrong
 */
export async function openLane(
  gpu: Gpu,
  given: TuningCase,
  choice: TileChoice,
  share: Program | undefined,
): Promise<Lane> {
  const { op, expected } = given;
  const plan = planOf(given, gpu.target, recordedTiles([choice]));
  const program = await gpu.compile(plan, { share });
  try {
    if (!share) {
      for (const { label, shape } of [op.a, op.b]) {
        program.write(label, new Float32Array(sizeOf(shape)).fill(0.5));
      }
    }
    await program.submit([{}]);
    const wrong = (await program.read(op.c.label))
      .find((value) => value !== expected);
    if (wrong !== undefined) {
      throw new NablaError(
        `Cannot use ${choice.tile} for ${choice.product}: a number is ${wrong}, it must be ${expected}`,
      );
    }
    return { choice, program, ms: Infinity };
  } catch (error) {
    program.destroy();
    throw error;
  }
}

/** Takes samples in rounds, so that a slow moment of the machine meets all alike. */
export async function sampleInTurn(
  gpu: Gpu,
  lanes: readonly Lane[],
): Promise<void> {
  let best = Infinity;
  for (let round = 0; round < MOST; round++) {
    if (round >= FEWEST && round * best > SAMPLED_MS) return;
    for (const lane of lanes) {
      if (round >= FEWEST && lane.ms > HOPELESS * best) continue;
      lane.ms = Math.min(lane.ms, await milliseconds(gpu, lane.program));
    }
    best = Math.min(...lanes.map(({ ms }) => ms));
  }
}

/** One sample: by the device's clock where it has one. */
export async function milliseconds(
  { adapter }: Pick<Gpu, "adapter">,
  program: Program,
): Promise<number> {
  if (adapter.timestamps) {
    const timings = await program.profile({});
    return timings.reduce((sum, { ms }) => sum + ms, 0);
  }
  for (let steps = 1;; steps *= 4) {
    const before = performance.now();
    const submits: Promise<unknown>[] = [];
    for (let left = steps; left > 0; left -= program.stepsPerSubmit) {
      const count = Math.min(left, program.stepsPerSubmit);
      submits.push(program.submit(Array(count).fill({})));
    }
    await Promise.all(submits);
    const took = performance.now() - before;
    if (took >= HOST_SAMPLE_MS) return took / steps;
  }
}
