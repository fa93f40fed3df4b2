/** A finished run as its study's expectations see it. */

/** A recorded number of one replica. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

/** What a run recorded. */
export interface Recorded<
  Config = Record<string, unknown>,
  Series extends string = string,
  Results = Record<string, unknown>,
> {
  readonly config: Config;
  readonly seed: number;
  readonly replicas: number;
  readonly results: Readonly<Results>;
  /** Points of a series in the order of their steps; none if it was not recorded. */
  series(name: Series, replica?: number): Point[];
}

/** A run as its expectations see it. */
export interface RunRecord<
  Config = Record<string, unknown>,
  Series extends string = string,
  Results = Record<string, unknown>,
> extends Recorded<Config, Series, Results> {
  /**
   * The last value of a series; of several replicas their mean.
   *
   * @throws {RangeError} If a replica did not record it
   */
  last(name: Series): number;
}

/** Adds what expectations ask for to what a run recorded. */
export function runRecord(recorded: Recorded): RunRecord {
  const lastOf = (name: string) => (_: unknown, replica: number) => {
    const last = recorded.series(name, replica).at(-1);
    if (last) return last.value;
    throw new RangeError(`replica ${replica} recorded no ${name}`);
  };
  return {
    ...recorded,
    last(name) {
      const values = Array.from({ length: recorded.replicas }, lastOf(name));
      return values.reduce((sum, value) => sum + value) / values.length;
    },
  };
}
