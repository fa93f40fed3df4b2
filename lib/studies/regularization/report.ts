/** What the record holds of the ends. */
import type { ExperimentContext } from "../../train/experiment.ts";
import type { Config } from "./experiment.ts";
import { mean, moments } from "../support/statistics.ts";
import { type Arm, arms } from "./arms.ts";
import type { Ended } from "./training.ts";

/** Test loss less training loss. */
export function gapOf({ testLoss, trainingLoss }: Ended): number {
  return testLoss - trainingLoss;
}

/** A number of every network of an arm, in the order of the seeds. */
export function valuesOf(
  ended: readonly Ended[],
  arm: Arm["name"],
  of: (one: Ended) => number,
): number[] {
  return ended.filter((one) => one.arm === arm).map(of);
}

/** Test accuracy less that without regularization, seed by seed. */
export function gainsOf(ended: readonly Ended[], arm: Arm["name"]): number[] {
  const of = (name: Arm["name"]) =>
    valuesOf(ended, name, ({ testAccuracy }) => testAccuracy);
  const without = of("none");
  return of(arm).map((accuracy, s) => accuracy - without[s]!);
}

/** Records the ends of all arms: points to draw, a table of means, and every network. */
export function report(
  ctx: ExperimentContext<Config>,
  ended: readonly Ended[],
): void {
  const { steps } = ctx.config;
  const rows = arms.map(({ name }) => {
    const values = (of: (one: Ended) => number) => valuesOf(ended, name, of);
    const meanOf = (of: (one: Ended) => number) => mean(values(of));
    ctx.record(`end.${name}.train`, steps, values((one) => one.trainingLoss));
    ctx.record(`end.${name}.test`, steps, values((one) => one.testLoss));
    ctx.record(`gain.${name}`, steps, gainsOf(ended, name));
    return {
      arm: name,
      "training loss": meanOf((one) => one.trainingLoss),
      "test loss": meanOf((one) => one.testLoss),
      "gap": meanOf(gapOf),
      "sd of the gap": moments(values(gapOf)).deviation,
      "training accuracy": meanOf((one) => one.trainingAccuracy),
      "test accuracy": meanOf((one) => one.testAccuracy),
      "‖θ‖²": meanOf((one) => one.squaredNorm),
    };
  });
  const without = valuesOf(ended, "none", (one) => one.testAccuracy);
  ctx.record("accuracy.none", steps, without);
  ctx.result("arms", rows);
  ctx.result("networks", ended);
}
