/** Runs that are killed and go on. */
import assert from "node:assert/strict";
import type { Gpu } from "../../lib/gpu/mod.ts";
import type { Checkpoint } from "../../lib/train/experiment.ts";
import { type FakeContext, fakeContext } from "./fake_context.ts";

/** A run at one of its checkpoints. */
interface Moment {
  readonly checkpoint: Checkpoint;
  /** Rows that a store holds when the checkpoint is saved. */
  readonly rows: number;
  readonly results: Record<string, unknown>;
}

/**
 * Runs to the end, then once more from every checkpoint that was saved on the
 * way, as a run does that was killed right after it: what the store had then and
 * what the resumed run records must be what the whole run did.
 *
 * @param options.every Goes on from every n-th checkpoint alone. Default: from each
 * @returns For every checkpoint, the finished stages and the fit it is of
 */
export async function resumeEverywhere<Config>(
  run: (ctx: FakeContext<Config>) => Promise<void>,
  { every = 1, ...options }: {
    config?: Config;
    gpu?: Gpu;
    every?: number;
  } = {},
): Promise<string[]> {
  const whole = fakeContext<Config>(options);
  const moments: Moment[] = [];
  const save = whole.checkpoint;
  whole.checkpoint = async (checkpoint) => {
    await save(checkpoint);
    const results = { ...whole.results };
    const rows = whole.rows.length;
    moments.push({ checkpoint: whole.saved!, rows, results });
  };
  await run(whole);
  const names = moments.map(({ checkpoint }) => nameOf(checkpoint));
  for (const [i, { checkpoint, rows, results }] of moments.entries()) {
    if ((i + 1) % every !== 0) continue;
    const resumed = fakeContext<Config>({ ...options, resume: checkpoint });
    await run(resumed);
    const all = [...whole.rows.slice(0, rows), ...resumed.rows];
    assert.deepEqual(all, whole.rows, `rows, resumed after ${names[i]}`);
    const found = { ...results, ...resumed.results };
    assert.deepEqual(found, whole.results, `results, after ${names[i]}`);
  }
  return names;
}

/** Finished parts and, in brackets, those under way, with the rounds that were done. */
function nameOf({ state }: Checkpoint): string {
  const { parts } = state as { parts: Record<string, SavedPart> };
  return Object.entries(parts).flatMap(([key, { done, state }]) => {
    if (state === null) return [];
    const name = key.split(" / ").at(-1)!.replace(/^(stage|rounds|fit) /, "");
    const rounds = Array.isArray(state) && state[0] > 1 ? ` × ${state[0]}` : "";
    return done ? name + rounds : `(${name}${rounds})`;
  }).join(", ");
}

/** A part as a checkpoint holds it. */
interface SavedPart {
  readonly done: boolean;
  readonly state: unknown;
}
