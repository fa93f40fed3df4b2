/** What the record holds of the ends: series to draw, a table, a conclusion. */
import type { ExperimentContext } from "../../train/experiment.ts";
import type { Config } from "./experiment.ts";
import { mean, moments } from "../support/statistics.ts";
import type { Arm } from "./arms.ts";

/** Numbers of every arm, one per set. */
export interface Found {
  readonly train: number[][];
  readonly validation: number[][];
  readonly test: number[][];
  /** `‖∇J‖²`. */
  readonly gradient: number[][];
  /** `(1/N_b) Σ ‖∇J_b − ∇J‖²`. */
  readonly variation: number[][];
}

/** Means over the sets of one arm. */
export interface Summary extends Arm {
  readonly train: number;
  readonly validation: number;
  readonly test: number;
  readonly testDeviation: number;
  readonly gradient: number;
  readonly variation: number;
}

/** Records the ends of all arms. */
export function report(
  ctx: ExperimentContext<Config>,
  arms: readonly Arm[],
  found: Found,
): void {
  const places = { rate: 0, decay: 0 };
  arms.forEach((arm, i) => {
    const kind = arm.decay === 0 ? "rate" : "decay";
    const at = places[kind]++;
    const record = (name: string, values: number[]) =>
      ctx.record(`${kind}.${name}`, at, values);
    record("value", found.test[i]!.map(() => arm[kind]));
    for (const name of ["train", "test", "gradient", "variation"] as const) {
      record(name, found[name][i]!);
    }
    record(
      "flatness",
      found.variation[i]!.map((value, set) => value / found.train[i]![set]!),
    );
  });
  const all = arms.map((arm, i): Summary => ({
    ...arm,
    train: mean(found.train[i]!),
    validation: mean(found.validation[i]!),
    test: mean(found.test[i]!),
    testDeviation: moments(found.test[i]!).deviation,
    gradient: mean(found.gradient[i]!),
    variation: mean(found.variation[i]!),
  }));
  ctx.result(
    "arms",
    all.map((arm) => ({
      "μ": arm.rate,
      "λ": arm.decay,
      "training loss": arm.train,
      "test loss": arm.test,
      "sd of test loss": arm.testDeviation,
      "‖∇J‖²": arm.gradient,
      "variation": arm.variation,
      "variation / training loss": arm.variation / arm.train,
    })),
  );
  const plain = chosen(all.filter(({ decay }) => decay === 0));
  const decayed = chosen(all.filter(({ decay }) => decay > 0));
  ctx.result("chosen", [plain, decayed]);
  ctx.result("optimalTestError", ctx.config.noise ** 2);
  ctx.result("conclusion", concluded(all, { plain, decayed }));
}

/** The arm of least validation loss; the test set chooses nothing. */
function chosen(arms: readonly Summary[]): Summary {
  return arms.reduce((a, b) => b.validation < a.validation ? b : a);
}

const digits = (value: number) => String(Number(value.toPrecision(3)));

/** The answer, from the numbers of this run. */
function concluded(
  all: readonly Summary[],
  { plain, decayed }: { plain: Summary; decayed: Summary },
): string {
  const rates = all.filter(({ decay }) => decay === 0);
  const [slow, fast] = [rates[0]!, rates.at(-1)!];
  const trend = (of: (arm: Summary) => number) =>
    `${of(fast) < of(slow) ? "smaller" : "not smaller"} (${
      digits(of(slow))
    } at μ = ${slow.rate}, ${digits(of(fast))} at μ = ${fast.rate})`;
  const gain = 1 - decayed.test / plain.test;
  return [
    `With the larger learning rate the final variation of the gradient is ${
      trend(({ variation }) => variation)
    }, per unit of training loss it is ${
      trend(({ variation, train }) => variation / train)
    }, and the test loss is ${trend(({ test }) => test)}.`,
    `Chosen by validation loss, SGD alone reaches a test loss of ${
      digits(plain.test)
    } (μ = ${plain.rate}, training loss ${
      digits(plain.train)
    }), with weight decay λ = ${decayed.decay} it is ${
      digits(decayed.test)
    } (μ = ${decayed.rate}, training loss ${digits(decayed.train)}).`,
    gain > 0.05
      ? `Weight decay lowers it by ${
        digits(100 * gain)
      } %: implicit regularization alone is not sufficient here.`
      : "Weight decay gains less than 5 %: implicit regularization is sufficient here.",
  ].join(" ");
}
