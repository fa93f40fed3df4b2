/** A training that plays, pauses and goes back, for a component. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { LiveSetting, LiveTrainer, Snapshot } from "../../live/trainer.ts";

/** Loads what trains, on demand: readers who only read never fetch it. */
export type LoadTrainer = () => Promise<
  { LiveTrainer: { open(setting: LiveSetting): Promise<LiveTrainer> } }
>;

/** Updates between two pictures while it plays. */
const STRIDE = 20;

/** Errors that are kept for the curve; beyond, every second one is dropped. */
const MOST_LOSSES = 600;

type Phase = "idle" | "opening" | "playing" | "paused";

interface Shown {
  phase: Phase;
  snapshot?: Snapshot;
  /** Errors at equal distances, the first before any update. */
  losses: readonly number[];
  adapter?: string;
  problem?: string;
}

/** What the component shows and what its buttons do. */
export interface Training extends Shown {
  play(): void;
  pause(): void;
  step(count: number): void;
  rewind(): void;
}

const NOTHING: Shown = { phase: "idle", losses: [] };

/** A training of `setting`; another setting ends it and starts afresh. */
export function useTraining(
  load: LoadTrainer,
  setting: LiveSetting,
): Training {
  const [shown, setShown] = useState(NOTHING);
  const trainer = useRef<LiveTrainer>();
  // Raised whenever what runs has to end; who runs compares.
  const turn = useRef(0);
  // The run before, so that no two use the trainer at once.
  const last = useRef(Promise.resolve());
  const identity = JSON.stringify(setting);

  useEffect(() => {
    setShown(NOTHING);
    return () => {
      turn.current++;
      const old = trainer.current;
      trainer.current = undefined;
      // What is under way still uses it.
      if (old) setTimeout(() => old.close(), 1000);
    };
  }, [identity]);

  const run = (work: (trainer: LiveTrainer) => AsyncIterable<Snapshot>) => {
    const mine = ++turn.current;
    last.current = last.current.then(() => perform(mine, work));
  };
  const perform = async (
    mine: number,
    work: (trainer: LiveTrainer) => AsyncIterable<Snapshot>,
  ) => {
    const isOver = () => turn.current !== mine;
    try {
      if (!trainer.current) {
        setShown((now) => ({ ...now, phase: "opening" }));
        const { LiveTrainer } = await load();
        const opened = await LiveTrainer.open(setting);
        if (isOver()) return opened.close();
        trainer.current = opened;
        const first = await opened.look();
        setShown({
          phase: "playing",
          snapshot: first,
          losses: [first.loss],
          adapter: opened.adapter,
        });
      } else setShown((now) => ({ ...now, phase: "playing" }));
      for await (const snapshot of work(trainer.current)) {
        if (isOver()) return;
        setShown((now) => ({
          ...now,
          snapshot,
          losses: snapshot.steps === 0
            ? [snapshot.loss]
            : kept([...now.losses, snapshot.loss]),
        }));
      }
      if (!isOver()) setShown((now) => ({ ...now, phase: "paused" }));
    } catch (error) {
      if (isOver()) return;
      trainer.current?.close();
      trainer.current = undefined;
      const { message } = error as Error;
      setShown({ ...NOTHING, problem: `${message}.` });
    }
  };

  return {
    ...shown,
    play: () =>
      run(async function* (trainer) {
        for (let finite = true; finite;) {
          const snapshot = await trainer.take(STRIDE);
          finite = Number.isFinite(snapshot.loss);
          yield snapshot;
          await new Promise(requestAnimationFrame);
        }
      }),
    pause: () => {
      turn.current++;
      setShown((now) => ({ ...now, phase: "paused" }));
    },
    step: (count) =>
      run(async function* (trainer) {
        yield await trainer.take(count);
      }),
    rewind: () =>
      run(async function* (trainer) {
        yield await trainer.rewind();
      }),
  };
}

function kept(losses: number[]): number[] {
  return losses.length <= MOST_LOSSES
    ? losses
    : losses.filter((_, i) => i % 2 === 0);
}
