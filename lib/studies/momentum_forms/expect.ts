/** What counts as the same, and as the derived difference. */
import { above, atMost } from "../../study/expectation.ts";
import { type FloatType, type Run, variants } from "./config.ts";

/** Largest relative error of one rounding. */
const unit = { float32: 2 ** -24, float64: 2 ** -53 };

/** The largest value of a series over all steps and seeds. */
function largestOf(run: Run, series: Parameters<Run["series"]>[0]): number {
  const ofSeed = (_: unknown, seed: number) =>
    run.series(series, seed).map(({ value }) => value);
  return Math.max(...Array.from({ length: run.config.seeds }, ofSeed).flat());
}

/**
 * Every step rounds numbers of the size of θ up or down, and form I moves θ
 * 1/(1 − β) times as far by each: k steps make a random walk, of which four
 * standard deviations are granted.
 */
const roundings = (type: FloatType) => ({
  words: "4 √k / (1 − β) roundings of the size of θ",
  of(run: Run) {
    const { steps, momentum } = run.config;
    const size = Math.max(
      ...variants.map((variant) => largestOf(run, `size.${variant}`)),
    );
    return 4 * Math.sqrt(steps) / (1 - momentum) * unit[type] * size;
  },
});

const apart = (type: FloatType) => (run: Run) =>
  largestOf(run, `${type}.constant`);
const missed = (type: FloatType) => (run: Run) =>
  run.results[`shiftError.${type}`];

const atRounding = "|θ_I − θ_II|, in every step";
const derived = "|θ_I − θ_II − derived shift|, in every entry";

export const expectations = [
  atMost(
    roundings("float32"),
    "float32, α constant",
    atRounding,
    apart("float32"),
  ),
  atMost(
    roundings("float64"),
    "float64, α constant",
    atRounding,
    apart("float64"),
  ),
  above(
    100,
    "α changes",
    "distance of the forms at the end, relative to the one with constant α,",
    (run: Run) => run.last("float32.changed") / run.last("float32.constant"),
  ),
  atMost(
    roundings("float32"),
    "derived shift, float32",
    derived,
    missed("float32"),
  ),
  atMost(
    roundings("float64"),
    "derived shift, float64",
    derived,
    missed("float64"),
  ),
  atMost(
    1e-4,
    "GPU against float64",
    "distance of both forms from float64, relative to the size of θ,",
    (run: Run) => run.results.error,
  ),
];
