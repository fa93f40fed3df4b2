/** `deno task verify`: repeats a recorded run and says whether it comes out the same. */
import { HungError, NablaError, UsageError } from "../lib/core/errors.ts";
import { openLayered } from "../lib/results/layered.ts";
import type { Run } from "../lib/results/schemas.ts";
import {
  type Comparison,
  createComparer,
  repeatRun,
} from "../lib/train/verify.ts";
import { dataFolder, printJson, runCommand } from "./cli/command.ts";
import { loadForRun } from "./cli/experiments.ts";
import { launched } from "./cli/launched.ts";
import { changeSince, readOwnFile } from "./cli/own_file.ts";
import { isModule } from "./cli/paths.ts";
import { createProgressView } from "./cli/progress.ts";
import { formatNumber, paint } from "./cli/terminal.ts";
import { tolerance, verify } from "./commands/verify.ts";

await runCommand(verify, async (words, { data, json }) => {
  const id = words.find((word) => !isModule(word));
  const file = words.find(isModule);
  if (id === undefined) {
    throw new UsageError(
      "Cannot verify: name the run, as in deno task verify RUN ./mine.ts; deno task runs lists them",
    );
  }
  await launched();
  await using runs = await openLayered(dataFolder());
  const run = await runs.run(id);
  if (run === null) {
    throw new NablaError(
      `Cannot verify run ${id}: the store has no such run; deno task runs lists them`,
    );
  }
  const loaded = await loadForRun(run, file);
  const { module } = loaded;
  const change = changeSince(run, await readOwnFile(loaded));
  if (change) console.error(`${paint("yellow", "note")}: ${change}`);
  const comparer = createComparer(await runs.metrics(run.id), tolerance);
  const view = createProgressView(run.study, console.error);
  const ending = await repeatRun(run, {
    module,
    comparer,
    dataFolder: data,
    onProgress: view.update,
  }).finally(view.stop);
  if (ending.kind === "hung") {
    throw new HungError(
      `Cannot verify run ${id}: the repeat gave no sign of life for ${ending.seconds} s`,
    );
  }
  if (ending.kind === "failed" && run.status !== "failed") {
    throw new NablaError(
      `Cannot verify run ${id}: the repeat failed: ${ending.failure.message}`,
    );
  }
  const comparison = comparer.conclude();
  if (json) printJson({ run: run.id, study: run.study, ...comparison, change });
  else console.log(describe(run, comparison));
  return comparison.verdict === "diverged" ? 1 : 0;
});

function describe(run: Run, { verdict, compared, largest, at }: Comparison) {
  const colour = verdict === "diverged" ? "red" : "green";
  const lines = [
    `${paint("bold", run.id)} ${paint(colour, verdict)}: ${
      formatNumber(compared)
    } numbers compared, largest difference ${formatNumber(largest)}`,
  ];
  if (at !== null) {
    const repeated = at.repeated ?? "nothing";
    lines.push(
      `They part at step ${at.step}: ${at.series} of replica ${at.replica} was ${at.recorded}, now ${repeated}`,
    );
  }
  return lines.join("\n");
}
