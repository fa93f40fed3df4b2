/** Where a run comes from: source, versions, machine. */
import configuration from "../../deno.json" with { type: "json" };
import type { AdapterInfo, Provenance } from "./schemas.ts";

/** What git says about the workbench's own folder; both are `null` where nobody could ask it. */
export type Source = Pick<Provenance, "revision" | "dirty" | "diff">;

/** What the caller knows about a run that is about to start. */
export interface ProvenanceInput {
  /** The command line, word by word. */
  command: string[];
  source?: Source;
  /** The experiment's own file. */
  file?: Provenance["file"];
  adapter?: AdapterInfo | null;
  data?: Provenance["data"];
  kernels?: Provenance["kernels"];
}

/** The provenance of a run that starts now. Needs no permission: whoever may start git says what it told. */
export function collectProvenance(
  {
    command,
    source = { revision: null, dirty: null },
    file,
    adapter = null,
    data = [],
    kernels = [],
  }: ProvenanceInput,
): Provenance {
  const { deno, v8, typescript } = Deno.version;
  const { os, arch } = Deno.build;
  return {
    ...source,
    ...(file && { file }),
    command,
    versions: { deno, v8, typescript, nabla: configuration.version },
    adapter,
    data,
    kernels,
    plans: [],
    host: { os, arch, cpus: navigator.hardwareConcurrency },
  };
}
