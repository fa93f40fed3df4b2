/** `deno task bench`: matrix products and a training step, against other libraries and the adapter's own peak. */
import { cpus } from "node:os";
import { SetupError, UsageError } from "../lib/core/errors.ts";
import { didYouMean } from "../lib/core/suggest.ts";
import { type Child, contenders, startChild } from "./bench/child.ts";
import { judge } from "./bench/floors.ts";
import { measure, type Measurement } from "./bench/measure.ts";
import {
  formatMeasurement,
  formatSetting,
  formatVerdicts,
  type Setting,
} from "./bench/report.ts";
import { workloads } from "./bench/workloads.ts";
import { printJson, runCommand } from "./cli/command.ts";
import { common } from "./cli/options.ts";

const command = {
  usage: "deno task bench [NAME…]",
  summary:
    "Times Nabla, jax-js and TensorFlow.js on this machine; values are compared before time is.",
  words: [0, 16],
  options: {
    only: {
      type: "list",
      value: "CONTENDER",
      choices: Object.keys(contenders),
      help: "run these contenders alone; may be repeated",
    },
    seconds: {
      type: "integer",
      value: "N",
      minimum: 0,
      maximum: 600,
      help:
        "seconds of samples per workload and contender (default 1; three rounds at least)",
    },
    ...common,
  },
  notes: [
    `workloads: ${workloads.map(({ name }) => name).join(" ")}`,
    "A name also means every workload that begins with it, as in gemm or gemm-nt.",
    "The other libraries are fetched from npm on first use.",
  ],
} as const;

/** Workloads that the words name: all of them without words. */
function chosen(words: readonly string[]) {
  const names = workloads.map(({ name }) => name);
  for (const word of words) {
    if (!names.some((name) => name.startsWith(word))) {
      throw new UsageError(
        `Cannot time "${word}": there is no such workload` +
          (didYouMean(word, ["gemm", ...names]) ||
            `; there are ${names.join(", ")}`),
      );
    }
  }
  return workloads.filter(({ name }) =>
    words.length === 0 || words.some((word) => name.startsWith(word))
  );
}

/**
 * Starts contenders and asks who they are; one that cannot start is left out with
 * a line on stderr, but not Nabla itself.
 *
 * @throws {SetupError} If Nabla cannot start, as without an adapter, or nobody can
 */
async function gather(names: readonly string[]) {
  const children: Child[] = [];
  const introductions: Setting["contenders"][number][] = [];
  for (const name of names) {
    const child = startChild(name);
    try {
      introductions.push({ name, ...await child.ask("hello", {}) });
      children.push(child);
    } catch (error) {
      const { message } = error as Error;
      if (name === "nabla") throw new SetupError(message);
      console.error(`without ${name}: ${message}`);
      await child.close();
    }
  }
  if (children.length === 0) {
    throw new SetupError(
      "Cannot run the benchmark: no contender could start; deno task setup says what is missing",
    );
  }
  return { children, introductions };
}

await runCommand(command, async (words, { json, only, seconds = 1 }) => {
  const todo = chosen(words);
  const names = Object.keys(contenders).filter((name) =>
    only.length === 0 || only.includes(name)
  );
  const { children, introductions } = await gather(names);
  const setting: Setting = {
    date: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown CPU"}`,
    deno: Deno.version.deno,
    contenders: introductions,
  };
  const measurements: Measurement[] = [];
  for (const [i, workload] of todo.entries()) {
    console.error(`${i + 1}/${todo.length} ${workload.name}`);
    measurements.push(await measure(workload, children, { seconds }));
  }
  for (const child of children) await child.close();

  const peakRate = Math.max(0, ...measurements.flatMap(({ peak }) => peak));
  const verdicts = measurements.flatMap((one) => judge(one, peakRate));
  if (json) {
    printJson({ setting, peakRate, measurements, floors: verdicts });
  } else {
    console.log([
      formatSetting(setting),
      peakRate > 0
        ? `peak: ${peakRate.toFixed(0)} GFLOPS, the fastest sample of the run`
        : "peak: not measured",
      ...measurements.map((one) => formatMeasurement(one, peakRate)),
      formatVerdicts(verdicts),
    ].join("\n\n"));
  }
  const wrong = measurements.some(({ failures }) =>
    Object.keys(failures).length > 0
  );
  return wrong ? 1 : 0;
});
