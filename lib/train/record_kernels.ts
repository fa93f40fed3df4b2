/** Notes what a run compiles, for its provenance: kernels and what its plans cost. */
import type { PlanSummary } from "../core/plan_summary.ts";
import type { Gpu } from "../gpu/mod.ts";
import { summarizePlan } from "../nn/summary.ts";
import type { KernelNote } from "./protocol.ts";

/** Plans that a run's record describes at most: a sweep may compile hundreds. */
export const mostPlans = 16;

/** Who is told. */
export interface CompileReports {
  /** Dispatches of a plan, each one once. */
  readonly kernels: (kernels: KernelNote[]) => void;
  /** The first plans, each one once. */
  readonly plan: (plan: PlanSummary) => void;
}

/** Makes `gpu` tell `reports` about every plan it compiles. */
export function recordKernels(gpu: Gpu, reports: CompileReports): void {
  const compile = gpu.compile.bind(gpu);
  const knownKernels = new Set<string>();
  const knownPlans = new Set<string>();
  const isNew = (known: Set<string>, value: unknown) => {
    const { size } = known;
    return known.add(JSON.stringify(value)).size > size;
  };
  gpu.compile = (plan, options) => {
    const notes = plan.dispatches.map(({ label, kernel, choice }) => ({
      label: `${plan.name}: ${label}`,
      file: kernel.file,
      variant: kernel.variant,
      choice,
    })).filter((note) => isNew(knownKernels, note));
    if (notes.length > 0) reports.kernels(notes);
    if (knownPlans.size < mostPlans) {
      const summary = summarizePlan(plan, gpu.target);
      if (isNew(knownPlans, summary)) reports.plan(summary);
    }
    return compile(plan, options);
  };
}
