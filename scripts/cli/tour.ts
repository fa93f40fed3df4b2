/** `deno task experiment` without a name: two studies, what held, and where to go from there. */
import type { Outcome } from "../../lib/train/supervisor.ts";
import { experimentIds, loadExperiment } from "./experiments.ts";
import { type Request, runExperiment } from "./run_experiment.ts";
import { site, verdicts } from "./summary.ts";
import { paint } from "./terminal.ts";

const stops = ["backprop-mlp", "torch-parity"];

/** Runs the tour; it ends early when a run fails or is stopped. */
export async function tour(
  request: Omit<Request, "loaded">,
): Promise<Outcome[]> {
  const { print } = request;
  const outcomes: Outcome[] = [];
  for (const [i, id] of stops.entries()) {
    const loaded = await loadExperiment(id);
    const place = paint("dim", `${i + 1} of ${stops.length}`);
    print(`${place} ${paint("bold", id)}  ${loaded.experiment.question}`);
    const outcome = await runExperiment({ ...request, loaded });
    outcomes.push(outcome);
    if (outcome.run.status !== "completed") return outcomes;
  }
  const others = experimentIds().filter((id) => !stops.includes(id));
  print([
    paint("bold", "What held"),
    verdicts(...outcomes.map(({ run }) => run)),
    "",
    `Browse the results: ${paint("cyan", "deno task serve")}, then open ${
      paint("cyan", site)
    }`,
    `Run another study:  deno task experiment ${others.join(" | ")}`,
    "Fields and presets: deno task experiment --list",
    "Every run so far:   deno task runs",
  ].join("\n"));
  return outcomes;
}
