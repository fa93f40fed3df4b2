/**
 * Parts of a run that are done once: the run's checkpoint keeps what each of them
 * returned, and a resumed run takes it from there.
 */
import { fromJson, type JsonValue, toJson } from "../results/special.ts";
import { Interrupted } from "./context.ts";
import { checkCount } from "./check_count.ts";
import type { Checkpoint, ExperimentContext } from "./experiment.ts";

/** What a stage needs of a run. */
export type StageContext = Pick<
  ExperimentContext,
  "resume" | "stopping" | "checkpoint"
>;

/** How far a stage has come. */
interface Standing {
  readonly done: number;
  /** What its last round returned. */
  readonly state: JsonValue;
}

/** What the checkpoints of a run hold. */
interface Kept {
  readonly stages: Record<string, Standing>;
  /** Tensors and place of the last checkpoint, which those of stages repeat. */
  last: Omit<Checkpoint, "state">;
}

const keptBy = new WeakMap<StageContext, Kept>();

function keptOf(ctx: StageContext): Kept {
  const known = keptBy.get(ctx);
  if (known) return known;
  const { state, ...last } = ctx.resume ??
    { epoch: 0, step: 0, tensors: {}, state: null };
  const saved = state as { stages?: Record<string, Standing> } | null;
  const kept = { stages: { ...saved?.stages }, last };
  keptBy.set(ctx, kept);
  return kept;
}

/** Stores a checkpoint together with what is kept of the run's stages; `state` may hold NaN and ±Infinity. */
export async function saveWithStages(
  ctx: StageContext,
  { state, ...last }: Checkpoint & { readonly state: object },
): Promise<void> {
  const kept = keptOf(ctx);
  kept.last = last;
  const { stages } = kept;
  await ctx.checkpoint({ ...last, state: toJson({ ...state, stages }) });
}

/**
 * Does a part of a run, unless the resumed run has finished it: then returns what
 * it returned. What `work` records belongs to it. It must depend on nothing that
 * an earlier stage left behind but what that returned, so it seeds its own
 * generators. Anything recorded before a stage is recorded in one, or a resumed
 * run records it twice; `ctx.result()` may stand anywhere. A fit in a stage goes
 * on from its own checkpoint, a stage in a stage is kept for itself.
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
  return rounds<R | null>(ctx, name, {
    count: 1,
    start: null,
    round: work,
  }) as Promise<R>;
}

/**
 * Does `count` rounds, each from what the last one returned, and keeps that after
 * every round: a {@linkcode stage} that is too long to be done over. A generator
 * goes from round to round as what its `save()` returns.
 *
 * @param name Tells the stages of a run apart
 * @param options.count A whole number; 0 returns `start`
 * @param options.start What the first round gets
 * @param options.round Gets a copy of its own, as JSON has it, and how many rounds came before
 * @returns What the last round returned
 * @throws {NablaError} If `count` is no whole number of at least 0
 * @throws {TypeError} If JSON cannot hold what a round returned
 */
export async function rounds<S>(
  ctx: StageContext,
  name: string,
  { count, start, round }: {
    count: number;
    start: S;
    round: (state: S, done: number) => S | Promise<S>;
  },
): Promise<S> {
  checkCount(`count of ${name}`, count, 0, "do rounds");
  const kept = keptOf(ctx);
  // A run that goes on gets JSON from a file: so does one that was never stopped.
  const copy = (value: unknown): JsonValue =>
    JSON.parse(JSON.stringify(toJson(value ?? null, name)));
  let { done, state } = kept.stages[name] ?? { done: 0, state: copy(start) };
  while (done < count) {
    if (ctx.stopping) throw new Interrupted();
    state = copy(await round(fromJson(state) as S, done));
    kept.stages[name] = { done: ++done, state };
    await saveWithStages(ctx, { ...kept.last, state: {} });
  }
  return fromJson(state) as S;
}
