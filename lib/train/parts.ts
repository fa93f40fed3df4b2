/**
 * How a run goes on after a stop: its code runs again from the top, and what it
 * did is not done twice.
 *
 * The n-th row of a run is the same row in any execution. So rows are counted, and
 * those that the store has are dropped when they come again. A *part* (a fit, a
 * stage, the rounds of a loop) that was finished is skipped, one under way goes on
 * from what it saved, and the count jumps to where it stood then.
 */
import { NablaError } from "../core/errors.ts";
import type { HostTensor } from "../core/safetensors.ts";
import { fromJson, type JsonValue, toJson } from "../results/special.ts";
import type { Checkpoint, ExperimentContext } from "./experiment.ts";

/** Rows of a run, counted by what records them. */
export interface Rows {
  /** Recorded up to here, in this execution or before. */
  count: number;
  /** Those that the store has from before a stop. */
  known: number;
}

/**
 * The count at the start of a run, or of one that goes on.
 *
 * @throws {NablaError} If the checkpoint was saved by another version
 */
export function countRows(resume: Checkpoint | null): Rows {
  return { count: 0, known: resume ? readState(resume.state).rows : 0 };
}

/** The context of a run as its parts see it. */
export interface PartContext extends Pick<ExperimentContext, "stopping"> {
  readonly counted: Rows;
  /** Where to go on, `null` at a fresh start. */
  readonly resume: Checkpoint | null;
  /** Stores a checkpoint with everything recorded before it; settles when both are on the disk. */
  checkpoint(checkpoint: Checkpoint): Promise<void>;
}

type Tensors = Readonly<Record<string, HostTensor>>;

/** Where a part stands, for people. */
interface Place {
  readonly epoch: number;
  readonly step: number;
}

/** What a part goes on from. */
export interface Saved {
  /** Whether it has nothing left to do. */
  readonly done: boolean;
  readonly state: JsonValue;
  readonly tensors: Tensors;
}

/** A part of a run, from its begin to its end. */
export interface Part {
  /** What it saved before the run was stopped; `null` if it begins anew. */
  readonly saved: Saved | null;
  /**
   * Stores where it stands in a checkpoint of the run. `tensors` stand in it by
   * their own names until another part saves some.
   *
   * @throws {TypeError} If JSON cannot hold `state`
   */
  save(saved: {
    done: boolean;
    state: unknown;
    place: Place;
    tensors?: Tensors;
  }): Promise<void>;
  /** Ends it, in success or failure. */
  leave(): void;
}

/** A part as checkpoints keep it. */
interface Standing {
  /** Rows before it. */
  readonly from: number;
  /** Rows when it was saved. */
  rows: number;
  done: boolean;
  /** `null` before it saved anything. */
  state: JsonValue;
}

/** What is known of the parts of a run. */
interface Kept {
  readonly parts: Map<string, Standing>;
  readonly tensors: Map<string, Tensors>;
  /** Keys of the parts that the checkpoint has and this execution has not reached, in their order. */
  readonly pending: string[];
  /** Keys of the parts under way, the innermost last. */
  readonly path: string[];
  /** How often a name was used. */
  readonly uses: Map<string, number>;
  /** The part whose tensors stand by their own names. */
  last: string | null;
  /** Where the run stood: that part, or another as long as none has tensors. */
  place: Place;
}

/** The state of a checkpoint, as JSON. */
interface State {
  readonly rows: number;
  readonly last: string | null;
  readonly parts: Readonly<Record<string, Standing>>;
}

const SEPARATOR = " / ";

/** Contexts that derive from each other count the same rows. */
const keptByRows = new WeakMap<Rows, Kept>();

function keptOf({ counted, resume }: PartContext): Kept {
  const known = keptByRows.get(counted);
  if (known) return known;
  const kept: Kept = {
    parts: new Map(),
    tensors: new Map(),
    pending: [],
    path: [],
    uses: new Map(),
    last: null,
    place: { epoch: 0, step: 0 },
  };
  keptByRows.set(counted, kept);
  if (resume === null) return kept;
  const { last, parts } = readState(resume.state);
  for (const [key, standing] of Object.entries(parts)) {
    kept.parts.set(key, { ...standing });
    kept.pending.push(key);
  }
  for (const [label, tensor] of Object.entries(resume.tensors)) {
    const [key, name] = ownerOf(label) ?? [last ?? "", label];
    kept.tensors.set(key, { ...kept.tensors.get(key), [name]: tensor });
  }
  const { epoch, step } = resume;
  kept.last = last;
  kept.place = { epoch, step };
  return kept;
}

/** The key and the name in the label of a tensor that another part than the last saved. */
function ownerOf(label: string): [key: string, name: string] | null {
  const at = label.lastIndexOf("\n");
  return at < 0 ? null : [label.slice(0, at), label.slice(at + 1)];
}

function readState(state: unknown): State {
  if (
    typeof state === "object" && state !== null && "parts" in state &&
    "rows" in state
  ) return state as State;
  throw changed("it was saved by another version of Nabla");
}

function changed(reason: string): NablaError {
  return new NablaError(
    `Cannot go on from the checkpoint: ${reason}; start the run again without --resume`,
  );
}

/**
 * Begins a part of a run.
 *
 * @param kind As in `fit`
 * @param name Tells it apart from others of its kind; a name used again counts as another part
 * @throws {NablaError} If the run that goes on comes to another part here than it did before
 */
export function beginPart(
  ctx: PartContext,
  kind: string,
  name: string,
): Part {
  const kept = keptOf(ctx);
  const { counted: rows } = ctx;
  const { parts, pending, path } = kept;
  const base = [...path.slice(-1), `${kind} ${name}`].join(SEPARATOR);
  const use = (kept.uses.get(base) ?? 0) + 1;
  kept.uses.set(base, use);
  const key = use === 1 ? base : `${base} #${use}`;
  const [expected] = pending;
  if (expected !== undefined) {
    const { from } = parts.get(expected)!;
    if (key !== expected || from !== rows.count) {
      throw changed(
        `the run had recorded ${from} rows when it came to ${expected}, now it comes to ${key} after ${rows.count}. Was the experiment changed since?`,
      );
    }
    pending.shift();
  }
  const standing = parts.get(key) ??
    { from: rows.count, rows: rows.count, done: false, state: null };
  parts.set(key, standing);
  const saved = standing.state === null ? null : {
    done: standing.done,
    state: standing.state,
    tensors: kept.tensors.get(key) ?? {},
  };
  if (saved) rows.count = standing.rows;
  path.push(key);
  return {
    saved,
    async save({ done, state, place, tensors }) {
      standing.state = toJson(state, name);
      standing.done = done;
      standing.rows = rows.count;
      if (tensors) {
        kept.tensors.set(key, tensors);
        kept.last = key;
      }
      if (tensors || kept.last === null) kept.place = place;
      forgetInner(kept, key);
      await ctx.checkpoint(checkpointOf(kept, rows));
    },
    leave() {
      path.pop();
    },
  };
}

/** Forgets what lies within a part that has saved its outcome; the last tensors stay, for who exports them. */
function forgetInner(kept: Kept, key: string): void {
  const inside = (other: string) => other.startsWith(key + SEPARATOR);
  for (const map of [kept.parts, kept.uses, kept.tensors]) {
    for (const other of map.keys()) {
      const isLast = map === kept.tensors && other === kept.last;
      if (inside(other) && !isLast) map.delete(other);
    }
  }
}

function checkpointOf(
  { parts, tensors, last, place }: Kept,
  rows: Rows,
): Checkpoint {
  const all: Record<string, HostTensor> = {};
  for (const [key, own] of tensors) {
    for (const [name, tensor] of Object.entries(own)) {
      all[key === last ? name : `${key}\n${name}`] = tensor;
    }
  }
  const state: State = {
    rows: rows.count,
    last,
    parts: Object.fromEntries(parts),
  };
  return { ...place, tensors: all, state };
}

/** What a part saved as its state, with NaN and ±Infinity as they were. */
export function stateOf<T>({ state }: Saved): T {
  return fromJson(state) as T;
}
