/** `deno task bench`: kernels and training steps, against other libraries and the adapter's own peak. */
import { cpus } from "node:os";
import { SetupError, UsageError } from "../lib/core/errors.ts";
import { didYouMean } from "../lib/core/suggest.ts";
import { type Child, startChild } from "./bench/child.ts";
import { type ContenderName, contenders } from "./bench/contenders.ts";
import { judge } from "./bench/floors.ts";
import { formatMarkdown } from "./bench/markdown.ts";
import { measure, type Measurement } from "./bench/measure.ts";
import { formatReport, type Setting } from "./bench/report.ts";
import type { Section } from "./bench/section.ts";
import { sections } from "./bench/sections.ts";
import { printJson, runCommand } from "./cli/command.ts";
import { common } from "./cli/options.ts";

const everybody = Object.keys(contenders) as ContenderName[];

const command = {
  usage: "deno task bench [SECTION | WORKLOAD…]",
  summary:
    "Times Nabla and other libraries on this machine; values are compared before time is.",
  words: [0, 32],
  options: {
    only: {
      type: "list",
      value: "CONTENDER",
      help: "run these contenders alone; may be repeated",
    },
    seconds: {
      type: "integer",
      value: "N",
      minimum: 0,
      maximum: 600,
      help:
        "seconds of samples per workload and contender (default 1; three rounds if they are short)",
    },
    markdown: { type: "flag", help: "print tables for docs/benchmarks.md" },
    ...common,
  },
  notes: [
    "Sections:",
    ...sections.map(({ name, summary, usual }) =>
      `  ${name.padEnd(12)} ${summary}${usual ? "" : " (only if named)"}`
    ),
    "",
    `Contenders: ${everybody.join(", ")}.`,
    "A word also means every workload that begins with it, as in gemm-nt or small-10.",
    "jax-js and TensorFlow.js are fetched from npm on first use; PyTorch takes part where python3 has it.",
  ],
} as const;

/** A section and those of its workloads that shall run. */
interface Chosen {
  readonly section: Section;
  readonly workloads: Section["workloads"];
}

/** What the words name: the usual sections without words. */
function choose(words: readonly string[]): Chosen[] {
  const names = sections.flatMap(({ name, workloads }) => [
    name,
    ...workloads.map(({ name }) => name),
  ]);
  for (const word of words) {
    if (!names.some((name) => name.startsWith(word))) {
      throw new UsageError(
        `Cannot time "${word}": there is no such section or workload` +
          (didYouMean(word, names) ||
            `; there are ${sections.map(({ name }) => name).join(", ")}`),
      );
    }
  }
  return sections.flatMap((section) => {
    const workloads = section.workloads.filter(({ name }) =>
      words.length === 0
        ? section.usual
        : words.some((word) => name.startsWith(word))
    );
    return workloads.length > 0 ? [{ section, workloads }] : [];
  });
}

/** Everybody whom the chosen workloads need, or those of them that `only` names. */
function needed(
  chosen: readonly Chosen[],
  only: readonly string[],
): ContenderName[] {
  const unknown = only.find((name) => !(name in contenders));
  if (unknown !== undefined) {
    throw new UsageError(
      `Cannot time ${unknown} alone: there is no such contender` +
        (didYouMean(unknown, everybody) ||
          `; there are ${everybody.join(", ")}`),
    );
  }
  const names = new Set<ContenderName>(["nabla"]);
  for (const { section, workloads } of chosen) {
    for (const name of section.against) names.add(name);
    for (const workload of workloads) {
      for (const { contender } of section.baselines?.(workload) ?? []) {
        names.add(contender);
      }
    }
  }
  return everybody.filter((name) =>
    names.has(name) && (only.length === 0 || only.includes(name))
  );
}

/**
 * Starts contenders; one that cannot start is left out with a line on stderr, but
 * not Nabla itself.
 *
 * @throws {SetupError} If Nabla cannot start, as without an adapter, or nobody can
 */
async function gather(names: readonly ContenderName[]) {
  const children: Child[] = [];
  const introductions: Setting["contenders"][number][] = [];
  for (const name of names) {
    try {
      const { child, introduction } = await startChild(name);
      children.push(child);
      introductions.push({ name, ...introduction });
    } catch (error) {
      const { message } = error as Error;
      if (name === "nabla") throw new SetupError(message);
      console.error(`without ${name}: ${message}`);
    }
  }
  if (children.length === 0) {
    throw new SetupError(
      "Cannot run the benchmark: no contender could start; deno task setup says what is missing",
    );
  }
  return { children, introductions };
}

await runCommand(command, async (words, values) => {
  const { only, seconds = 1 } = values;
  const chosen = choose(words);
  const { children, introductions } = await gather(needed(chosen, only));
  const setting: Setting = {
    date: new Date().toISOString(),
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown CPU"}`,
    deno: Deno.version.deno,
    command: ["deno task bench", ...Deno.args].join(" "),
    contenders: introductions,
  };
  const todo = chosen.flatMap(({ section, workloads }) =>
    workloads.map((workload) => ({ section, workload }))
  );
  const done: { section: Section; measurement: Measurement }[] = [];
  for (const [i, { section, workload }] of todo.entries()) {
    console.error(`${i + 1}/${todo.length} ${workload.name}`);
    const measurement = await measure(section, workload, { children, seconds });
    done.push({ section, measurement });
  }
  for (const child of children) await child.close();

  const measurements = done.map(({ measurement }) => measurement);
  const results = chosen.map(({ section }) => {
    const own = done.filter((one) => one.section === section)
      .map(({ measurement }) => measurement);
    return {
      section,
      measurements: own,
      verdicts: own.flatMap((one) => judge(section, one, measurements)),
    };
  });
  const report = { setting, results };
  if (values.json) {
    printJson({
      setting,
      sections: results.map(({ section: { name, unit }, ...rest }) => ({
        name,
        unit: unit.name,
        ...rest,
      })),
    });
  } else console.log((values.markdown ? formatMarkdown : formatReport)(report));
  const wrong = measurements.some(({ failures }) =>
    Object.keys(failures).length > 0
  );
  return wrong ? 1 : 0;
});
