/** `deno task experiment --list`. */
import { fields } from "../../lib/study/field.ts";
import { experimentIds, loadExperiment } from "./experiments.ts";
import { paint, table } from "./terminal.ts";

/** What the list says of an experiment. */
export interface Listed {
  readonly id: string;
  readonly question: string;
  readonly fields: { name: string; expected: string; description: string }[];
  readonly presets: Record<string, Record<string, unknown>>;
}

/** Every experiment with its fields and presets. */
export async function listExperiments(): Promise<Listed[]> {
  const loaded = await Promise.all(experimentIds().map(loadExperiment));
  return loaded.map(({ experiment: { id, question, config, presets } }) => ({
    id,
    question,
    fields: fields(config),
    presets,
  }));
}

/** The list for a person: id, question, and a table of fields. */
export function formatList(list: readonly Listed[]): string {
  return list.map(({ id, question, fields, presets }) => {
    const rows = fields.map(({ name, expected, description }) => [
      `  ${name}`,
      presetValues(presets, name),
      paint("dim", description ? `${description}; ${expected}` : expected),
    ]);
    const header = ["  field", Object.keys(presets).join(" / "), ""];
    return `${paint("bold", id)}  ${question}\n${table(rows, { header })}\n`;
  }).join("\n");
}

function presetValues(presets: Listed["presets"], field: string): string {
  const values = Object.values(presets).map((preset) =>
    JSON.stringify(preset[field])
  );
  return new Set(values).size === 1 ? values[0]! : values.join(" / ");
}
