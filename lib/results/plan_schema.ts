/** What a run's record says of its plans, as zod schemas. Pure, as `schemas.ts` is. */
import { z } from "zod";
import {
  type LayerSummary,
  memoryKinds,
  type PartSummary,
  type PlanSummary as Summary,
  type Work as Counts,
} from "../core/plan_summary.ts";
import { SPECIALS } from "./special.ts";

const Count = z.number().nonnegative();
const Labels = z.record(z.string(), z.string());
const Limit = z.union([Count, z.enum(SPECIALS)]).transform(Number);

const Work = z.object({
  flops: Count,
  products: Count,
  bytes: Count,
  dispatches: Count,
}) satisfies z.ZodType<Counts>;

const Part = z.object({
  label: z.string(),
  forward: Work,
  backward: Work,
}) satisfies z.ZodType<PartSummary>;

const Layer = Part.extend({
  kind: z.string(),
  inputs: z.array(z.string()),
  shape: z.array(Count),
  parameters: Labels,
  states: Labels,
  size: Count,
}) satisfies z.ZodType<LayerSummary>;

const Memory = z.object(
  Object.fromEntries(memoryKinds.map((kind) => [kind, Count])) as Record<
    typeof memoryKinds[number],
    typeof Count
  >,
);

/** The summary of one plan. */
export const PlanSummary: z.ZodType<Summary> = z.object({
  name: z.string(),
  batch: Count,
  replicas: Count,
  steps: Count.optional(),
  parameters: Count,
  layers: z.array(Layer),
  others: z.array(Part),
  memory: Memory,
  largest: z.object({ label: z.string(), bytes: Count, limit: Limit }),
  iterations: z.object({ label: z.string(), count: Count, limit: Limit }),
});
