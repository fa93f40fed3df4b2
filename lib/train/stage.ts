/** Parts of a run that are done once: a run that goes on takes from its checkpoint what they returned. */
import { fromJson, type JsonValue, toJson } from "../results/special.ts";
import { checkCount } from "./check_count.ts";
import { Interrupted } from "./context.ts";
import type { ExperimentContext } from "./experiment.ts";
import { beginPart, type PartContext, stateOf } from "./parts.ts";

/** What a stage needs of a run; every context has it. */
export type StageContext = Pick<ExperimentContext, "stopping">;

/**
 * Does a part of a run, unless the resumed run has finished it: then returns what
 * it returned. Of the fits within, only what it returns is kept; a fit outside of
 * a stage keeps its parameters in all later checkpoints. It must depend on
 * nothing that an earlier stage left behind but what that returned, so it seeds
 * its own generators. A fit in a stage goes on from its own checkpoint, a stage
 * in a stage is kept for itself.
 *
 * @param name Tells the stages of a run apart
 * @returns What `work` returned, as JSON has it: typed arrays become arrays
 * @throws {TypeError} If JSON cannot hold what `work` returned
 */
export function stage<R>(
  ctx: StageContext,
  name: string,
  work: () => R | Promise<R>,
): Promise<R> {
  return repeat<R | null>(ctx, ["stage", name], {
    count: 1,
    start: null,
    round: work,
  }) as Promise<R>;
}

/** A loop of one's own; see {@linkcode rounds}. */
export interface RoundsOptions<S> {
  /** A whole number; 0 returns `start`. */
  readonly count: number;
  /** Rounds between two checkpoints. Default: 1. */
  readonly every?: number;
  /** What the first round gets. */
  readonly start: S;
  /** Gets a copy of its own, as JSON has it, and how many rounds came before. */
  readonly round: (state: S, done: number) => S | Promise<S>;
}

/**
 * Does `count` rounds, each from what the last one returned, and keeps that now and
 * then: a {@linkcode stage} that is too long to be done over, or a loop of
 * one's own. A generator goes from round to round as what its `save()` returns,
 * the parameters of a program as what `read()` returns.
 *
 * @param name Tells the stages of a run apart
 * @returns What the last round returned
 * @throws {NablaError} If `count` is no whole number of at least 0, or `every` none of at least 1
 * @throws {TypeError} If JSON cannot hold what a round returned
 */
export async function rounds<S>(
  ctx: StageContext,
  name: string,
  options: RoundsOptions<S>,
): Promise<S> {
  checkCount(`count of ${name}`, options.count, 0, "do rounds");
  checkCount(`every of ${name}`, options.every ?? 1, 1, "do rounds");
  return await repeat(ctx, ["rounds", name], options);
}

async function repeat<S>(
  ctx: StageContext,
  [kind, name]: readonly [kind: string, name: string],
  { count, every = 1, start, round }: RoundsOptions<S>,
): Promise<S> {
  // A run that goes on gets JSON from a file: so does one that was never stopped.
  const copy = (value: unknown): JsonValue =>
    JSON.parse(JSON.stringify(toJson(value ?? null, name)));
  const part = beginPart(ctx as unknown as PartContext, kind, name);
  try {
    let [done, value] = part.saved
      ? stateOf<[number, S]>(part.saved)
      : [0, fromJson(copy(start)) as S];
    const save = () =>
      part.save({
        done: done === count,
        state: [done, value],
        place: { epoch: 0, step: done },
      });
    for (let saved = true; done < count;) {
      if (ctx.stopping) {
        if (!saved) await save();
        throw new Interrupted();
      }
      value = fromJson(copy(await round(value, done))) as S;
      done++;
      saved = done % every === 0 || done === count;
      if (saved) await save();
    }
    return value;
  } finally {
    part.leave();
  }
}
