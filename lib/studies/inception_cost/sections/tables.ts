import {
  convolutionCost,
  quantities,
  totalCost,
} from "../../../math/convolution_cost.ts";
import type { StudyTable } from "../../../study/page.ts";
import {
  convolutionsOf,
  EXERCISE,
  type ModuleName,
  titleOf,
} from "./modules.ts";

/** Every quantity of every convolution of a module, and of all. */
export function moduleTable(name: ModuleName): StudyTable {
  const convolutions = convolutionsOf(name, EXERCISE);
  const costs = convolutions.map(convolutionCost);
  return {
    id: `${name}-module`,
    caption: name === "naive"
      ? "The naive module"
      : "The module with 1 × 1 bottlenecks; the last convolution follows the pooling",
    columns: ["", "convolution", ...quantities],
    rows: [...costs, totalCost(costs)].map((cost, i) => [
      i < costs.length ? `conv${i + 1}` : "in all",
      i < costs.length ? titleOf(convolutions[i]!) : "",
      ...quantities.map((quantity) => cost[quantity]),
    ]),
    total: true,
  };
}

/** Both modules side by side. */
export function comparisonTable(): StudyTable {
  const [naive, narrow] = (["naive", "bottleneck"] as const).map((name) =>
    totalCost(convolutionsOf(name, EXERCISE).map(convolutionCost))
  ) as [ReturnType<typeof totalCost>, ReturnType<typeof totalCost>];
  return {
    id: "comparison",
    caption: "Both modules",
    columns: ["", "naive", "bottleneck", "difference", "naive / bottleneck"],
    rows: quantities.map((quantity) => [
      quantity,
      naive[quantity],
      narrow[quantity],
      naive[quantity] - narrow[quantity],
      (naive[quantity] / narrow[quantity]).toFixed(3),
    ]),
  };
}
