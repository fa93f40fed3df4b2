/** Notes which kernels a run compiles, for its provenance. */
import type { Gpu } from "../gpu/mod.ts";
import type { KernelNote } from "./protocol.ts";

/** Makes `gpu` tell `report` about the dispatches of every plan it compiles, each one once. */
export function recordKernels(
  gpu: Gpu,
  report: (kernels: KernelNote[]) => void,
): void {
  const compile = gpu.compile.bind(gpu);
  const known = new Set<string>();
  gpu.compile = (plan, options) => {
    const notes = plan.dispatches.map(({ label, kernel }) => ({
      label: `${plan.name}: ${label}`,
      file: kernel.file,
      variant: kernel.variant,
    })).filter((note) => {
      const key = JSON.stringify(note);
      return !known.has(key) && known.add(key);
    });
    if (notes.length > 0) report(notes);
    return compile(plan, options);
  };
}
