/** `deno task derive`: checks every line of the derivations, and the kernels that carry them out. */
import { fileURLToPath } from "node:url";
import { SetupError, UsageError } from "../lib/core/errors.ts";
import { runCheck } from "../lib/study/derivation/check.ts";
import type { Line } from "../lib/study/derivation/line.ts";
import { linesOf } from "../lib/study/page.ts";
import { studies, study } from "../lib/studies/mod.ts";
import { type Gpu, openGpu } from "../lib/gpu/gpu.ts";
import { writeAtomically } from "../lib/results/files.ts";
import type { CheckRow } from "../lib/results/schemas.ts";
import { encodeChecks } from "../lib/results/shipped/checks.ts";
import { CHECKS_FILE, SHIPPED_FOLDER } from "../lib/results/shipped/reader.ts";
import { openStore } from "../lib/results/store.ts";
import { dataFolder, printJson, runCommand } from "./cli/command.ts";
import { launched } from "./cli/launched.ts";
import { paint, table } from "./cli/terminal.ts";
import { derive } from "./commands/derive.ts";
import { kernelError } from "./derive/run_kernel.ts";

await runCommand(derive, async ([id], values) => {
  const { seed = 0, repetitions = 8, ship, json } = values;
  if (ship && id !== undefined) {
    throw new UsageError(
      "Cannot ship the checks of one study: the file holds those of all; leave the study out",
    );
  }
  const chosen = id === undefined ? studies : [study(id)];
  const gpu = await open(values["require-gpu"]);
  const outcomes: LineOutcome[] = [];
  try {
    for (const one of chosen) {
      for (const line of linesOf(one)) {
        const settings = { gpu, seed, repetitions };
        const outcome = await checkLine(one.id, line, settings);
        if (outcome) outcomes.push(outcome);
      }
    }
  } finally {
    gpu?.close();
  }
  const rows = outcomes.map(({ row }) => row);
  await using store = await openStore(dataFolder(), { mode: "write" });
  await store.saveChecks(rows);
  if (ship) {
    const { revision, dirty } = (await launched()).source;
    const adapter = gpu?.adapter.description ?? null;
    writeAtomically(
      fileURLToPath(new URL(CHECKS_FILE, SHIPPED_FOLDER)),
      encodeChecks({ revision, dirty, adapter }, rows),
    );
  }
  if (json) printJson({ seed, repetitions, checks: rows });
  else report(outcomes);
  return rows.every(({ holds }) => holds) ? 0 : 1;
});

/** What every line is checked with. */
interface Settings {
  readonly gpu: Gpu | null;
  readonly seed: number;
  readonly repetitions: number;
}

/** The GPU, or `null` with a word on stderr where none is needed. */
async function open(required: boolean): Promise<Gpu | null> {
  try {
    return await openGpu();
  } catch (error) {
    if (required || !(error instanceof SetupError)) throw error;
    console.error(`${error.message}. Kernels are left out.`);
    return null;
  }
}

/** What a kernel showed; `error` is `null` where there is no GPU. */
interface KernelOutcome {
  readonly name: string;
  readonly error: number | null;
  readonly holds: boolean;
}

/** What a line and each of its kernels showed. */
interface LineOutcome {
  readonly row: CheckRow;
  readonly kernels: readonly KernelOutcome[];
}

/** Checks one line; `null` if it is prose. Its kernels share the stored row, which keeps the worst of their errors. */
async function checkLine(
  study: string,
  { id, check, kernels = [] }: Line,
  { gpu, seed, repetitions }: Settings,
): Promise<LineOutcome | null> {
  if (!check) return null;
  const { holds, ...errors } = runCheck(check, { seed, repetitions });
  const outcomes: KernelOutcome[] = [];
  for (const kernel of kernels) {
    const error = gpu && await kernelError(gpu, kernel, { seed });
    outcomes.push({
      name: `${kernel.file} ${kernel.role}`,
      error,
      holds: error === null || error <= kernel.tolerance,
    });
  }
  const measured = outcomes.flatMap(({ error }) => error ?? []);
  const row = {
    study,
    line: id,
    ...errors,
    holds: holds && outcomes.every(({ holds }) => holds),
    kernel: outcomes.map(({ name }) => name).join("; ") || null,
    kernelError: measured.length > 0 ? Math.max(...measured) : null,
    checkedAt: new Date().toISOString(),
  };
  return { row, kernels: outcomes };
}

function report(outcomes: readonly LineOutcome[]): void {
  const number = (value: number | null) => value?.toExponential(1) ?? "–";
  const mark = (holds: boolean) =>
    holds ? paint("green", "✓") : paint("red", "✗");
  const cells = outcomes.flatMap(({ row, kernels: [first, ...rest] }) => [
    [
      row.study,
      row.line,
      number(row.error),
      number(row.tolerance),
      first?.name ?? "",
      first ? number(first.error) : "",
      mark(row.holds),
    ],
    ...rest.map((kernel) => [
      "",
      "",
      "",
      "",
      kernel.name,
      number(kernel.error),
      mark(kernel.holds),
    ]),
  ]);
  const header = [
    "study",
    "line",
    "error",
    "tolerance",
    "kernel",
    "kernel error",
    "",
  ];
  console.log(table(cells, { header, right: [2, 3, 5] }));
  const failed = outcomes.filter(({ row }) => !row.holds).length;
  console.log(
    failed === 0
      ? `All ${outcomes.length} checked lines hold.`
      : `${failed} of ${outcomes.length} checked lines fail.`,
  );
}
