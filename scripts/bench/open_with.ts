import type { Work } from "./contender.ts";
import type { OfKind, Workload } from "./workload.ts";

/** How a library opens the workloads it can run, by their kind. */
export type Openers<L> = {
  readonly [K in Workload["kind"]]?: (
    library: L,
    workload: OfKind<K>,
  ) => Work | Promise<Work>;
};

/**
 * Opens a workload by its kind.
 *
 * @throws {Error} If the library has no such kind
 */
export async function openWith<L>(
  openers: Openers<L>,
  library: L,
  workload: Workload,
): Promise<Work> {
  const open = openers[workload.kind] as
    | ((library: L, workload: Workload) => Work | Promise<Work>)
    | undefined;
  if (!open) throw new Error(`Cannot open ${workload.name}: not written`);
  return await open(library, workload);
}
