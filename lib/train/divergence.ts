/** Notices a training that ends far above where it began. */
import type { ExperimentContext } from "./experiment.ts";

/** A loss that ends above so many times its first value has diverged. */
const FACTOR = 1000;

/** A first loss below this counts as this: a fit that begins at its optimum may move by rounding. */
const LEAST = 1e-6;

/** Losses of each series, one per replica. */
export type Losses = Readonly<Record<string, readonly number[]>>;

/** What the result `train.diverged` holds: the first replica whose loss did. */
export interface Diverged {
  readonly series: string;
  readonly replica: number;
  readonly first: number;
  readonly last: number;
}

/** Remembers where the losses of a fit began and where they are. */
export interface DivergenceCheck {
  /** First losses; they belong in a checkpoint. */
  readonly first: Losses;
  look(series: string, loss: ArrayLike<number>): void;
  /** Says on the terminal and in the results if a loss diverged. */
  conclude(): void;
}

/**
 * A check of one fit. A loss has diverged if the last one is above 1,000 times
 * the first, which counts as 1e-6 at least. It is looked for unless `nonFinite`
 * is `continue`: who goes on at NaN means to see losses grow.
 *
 * @param options.first Of the checkpoint that the fit goes on from
 */
export function createDivergenceCheck(
  ctx: Pick<ExperimentContext, "log" | "result">,
  { name = "train", nonFinite, first: known = {} }: {
    name?: string;
    nonFinite?: "stop" | "continue";
    first?: Losses;
  },
): DivergenceCheck {
  const first: Record<string, readonly number[]> = { ...known };
  const last: Record<string, ArrayLike<number>> = {};
  return {
    first,
    look(series, loss) {
      first[series] ??= Array.from(loss);
      last[series] = loss;
    },
    conclude() {
      const found = findDiverged(first, last);
      if (found === null || nonFinite === "continue") return;
      ctx.result(`${name}.diverged`, found);
      ctx.log(sentenceOf(found));
    },
  };
}

function findDiverged(
  first: Losses,
  last: Readonly<Record<string, ArrayLike<number>>>,
): Diverged | null {
  for (const [series, values] of Object.entries(last)) {
    for (let replica = 0; replica < values.length; replica++) {
      const began = first[series]![replica]!;
      const ended = values[replica]!;
      if (ended <= FACTOR * Math.max(began, LEAST)) continue;
      return { series, replica, first: began, last: ended };
    }
  }
  return null;
}

/** What is said of a fit that diverged. */
export function sentenceOf({ series, replica, first, last }: Diverged): string {
  const [from, to] = [first, last].map((value) => value.toPrecision(4));
  return `Diverged: ${series} of replica ${replica} went from ${from} to ${to}; a smaller learning rate often helps`;
}
