/** `deno task plan`: what the steps of an experiment cost, before anything runs. */
import { NablaError } from "../lib/core/errors.ts";
import { stepWork } from "../lib/core/plan_summary.ts";
import { standardTarget } from "../lib/core/standard_target.ts";
import { summarizePlan } from "../lib/nn/summary.ts";
import type { PresetName } from "../lib/study/setting.ts";
import { printJson, runCommand } from "./cli/command.ts";
import { configure } from "./cli/configure.ts";
import { loadExperiment } from "./cli/experiments.ts";
import { openIfThere } from "./cli/gpu.ts";
import { paint } from "./cli/terminal.ts";
import { plan } from "./commands/plan.ts";
import { estimate, measureRates } from "./plan/rates.ts";
import { formatLegend, formatReport } from "./plan/report.ts";

await runCommand(plan, async ([word], values) => {
  const { experiment } = await loadExperiment(word!);
  const { preset, config, replicas } = configure(experiment, {
    ...values,
    preset: values.preset as PresetName | undefined,
  });
  if (experiment.plans === null) {
    throw new NablaError(
      `Cannot plan ${experiment.id}: it does not describe its plans; give defineStudy a function plans, as lib/studies/backprop_mlp/experiment.ts does`,
    );
  }
  const gpu = await openIfThere();
  const target = gpu?.target ?? standardTarget;
  const plans = experiment.plans({ config, replicas, target });
  const rates = gpu && await measureRates(gpu);
  const reports = plans.map((plan) => ({
    summary: summarizePlan(plan, target),
    stepMs: rates && estimate(plan, rates),
  }));
  const adapter = gpu?.adapter ?? null;
  if (values.json) {
    printJson({
      study: experiment.id,
      preset,
      config,
      replicas,
      adapter,
      rates,
      plans: reports.map(({ summary, stepMs }) => ({
        ...summary,
        work: stepWork(summary),
        stepMs,
      })),
    });
    return 0;
  }
  const device = adapter?.description ??
    "no adapter: the default limits of WebGPU";
  console.log([
    `${paint("bold", experiment.id)}, ${preset} preset, ${device}\n`,
    ...reports.map(formatReport),
    formatLegend(rates),
  ].join("\n"));
  return 0;
});
