/** The networks of the experiment: one for each target, width and seed. */
import type { CurveName } from "../../data/curves.ts";
import { dense } from "../../nn/layers/dense.ts";
import { type Graph, sequential } from "../../nn/graph.ts";
import { relu } from "../../nn/layers/relu.ts";
import type { Config } from "./experiment.ts";

/** What one replica approximates, with how many units. */
export interface Case {
  readonly target: CurveName;
  readonly width: number;
}

/** The replicas: seed by seed of each width of each target; and one constructed network of each width and target. */
export function casesOf(
  { targets, widths, seeds }: Config,
): { trained: Case[]; constructed: Case[] } {
  const constructed = targets.flatMap((target) =>
    widths.map((width) => ({ target, width }))
  );
  const trained = constructed.flatMap((one) => Array<Case>(seeds).fill(one));
  return { trained, constructed };
}

/** One hidden layer with room for the largest width. */
export function modelOf({ widths }: Config): Graph {
  return sequential([1], [
    dense({ units: Math.max(...widths) }),
    relu(),
    dense({ units: 1 }),
  ]);
}

/** Points of the grid that are measured at a time: as many as 64 MiB of hidden units allow for all networks together. */
export function rowOf(config: Config): number {
  const units = casesOf(config).trained.length * Math.max(...config.widths);
  return Math.max(1, Math.min(config.points, Math.floor(2 ** 24 / units)));
}
