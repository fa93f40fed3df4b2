/** `deno task experiment` without a name: two studies, what held, and where to go from there. */
import type { Outcome } from "../../lib/train/supervisor.ts";
import { browseLine } from "../serve/address.ts";
import { experimentIds, loadExperiment } from "./experiments.ts";
import { type Request, runExperiment } from "./run_experiment.ts";
import { verdicts } from "./summary.ts";
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
    browseLine(request.folder),
    `More: deno task experiment STUDY, one of the ${others.length} that --list shows; deno task runs`,
  ].join("\n"));
  return outcomes;
}
