/** What counts as reproduced. */
import type { Expectation } from "../../study/expectation.ts";
import type { RunRecord } from "../../study/record.ts";
import type { Config } from "./experiment.ts";
import type { Fitted } from "./fits.ts";
import type { Counted } from "./given.ts";

type Record = RunRecord<Config>;

const fitsOf = ({ results }: Record) => results.fits as Fitted[];

/** Shapes with two hidden layers and more. */
const deep = (run: Record) =>
  fitsOf(run).filter((fit) => fit["hidden layers"] > 1);

/** Least and largest ratio of a quantity to the number of hidden units. */
function perUnit(
  run: Record,
  of: "kinks at random" | "kinks after training",
): [number, number] {
  const ratios = fitsOf(run).map((fit) => fit[of] / run.config.units);
  return [Math.min(...ratios), Math.max(...ratios)];
}

const isWideEnough = ({ config }: Record) => config.units >= 24;

/** What counts as reproduced. */
export const expectations: Expectation<RunRecord<Config>>[] = [
  {
    name: "bound attained",
    expected:
      "sawtooths of three units per layer have 4^(l − 1) − 1 kinks, from their weights and in the GPU's outputs",
    check({ results }) {
      const counted = results.sawtooths as Counted[];
      const right = counted.filter((row) =>
        row["(k + 1)^(l − 1) − 1"] === 4 ** (row.layers - 1) - 1 &&
        row["from the weights"] === row["(k + 1)^(l − 1) − 1"] &&
        row["in the GPU's outputs"] === row["(k + 1)^(l − 1) − 1"]
      );
      return {
        holds: counted.length > 0 && right.length === counted.length,
        measured: `${right.length} of ${counted.length}`,
      };
    },
  },
  {
    name: "at most k kinks",
    expected: "no network with one hidden layer has more kinks than units",
    check(run) {
      const [wide] = fitsOf(run).filter((fit) => fit["hidden layers"] === 1);
      const measured = wide!["most kinks seen"];
      return { holds: measured <= run.config.units, measured };
    },
  },
  {
    name: "as many as units, at random",
    expected: "at every depth, ¾ to 1¼ kinks per hidden unit on average",
    applies: isWideEnough,
    check(run) {
      const [least, most] = perUnit(run, "kinks at random");
      return {
        holds: least >= 0.75 && most <= 1.25,
        measured: `${least.toFixed(2)} to ${most.toFixed(2)}`,
      };
    },
  },
  {
    name: "as many as units, trained",
    expected: "at every depth, at most 1¼ kinks per hidden unit on average",
    check(run) {
      const [, measured] = perUnit(run, "kinks after training");
      return { holds: measured <= 1.25, measured };
    },
  },
  {
    name: "far below the bound",
    expected:
      "of two hidden layers and more, no network has half the kinks it could have",
    check(run) {
      const shares = deep(run).map((fit) => fit["most kinks seen"] / fit.bound);
      const measured = Math.max(...shares);
      return { holds: measured < 0.5, measured };
    },
  },
  {
    name: "best of the deep",
    expected: "least loss of a deep network below that of every wide one",
    applies: isWideEnough,
    check(run) {
      const [wide] = fitsOf(run).filter((fit) => fit["hidden layers"] === 1);
      const least = Math.min(...deep(run).map((fit) => fit["least loss"]));
      return {
        holds: least < wide!["least loss"],
        measured: `${least.toPrecision(3)} against ${
          wide!["least loss"].toPrecision(3)
        }`,
      };
    },
  },
  {
    name: "linear and convex",
    expected: "outputs of the two bias-free networks are x and |x|, exactly",
    check(run) {
      const x = run.series("noBias.x");
      const errors = (["linear", "convex"] as const).flatMap((name) =>
        run.series(`noBias.${name}`).map(({ value }, i) => {
          const at = x[i]!.value;
          return Math.abs(value - (name === "linear" ? at : Math.abs(at)));
        })
      );
      const measured = Math.max(...errors);
      return { holds: errors.length > 0 && measured === 0, measured };
    },
  },
];
