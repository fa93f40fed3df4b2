/** The kernel table of `--profile`. */
import type { KernelTiming } from "../../lib/gpu/mod.ts";
import { paint, table } from "./terminal.ts";

/**
 * Kernel, dispatches, ms, GFLOPS, GB/s of one step, the slowest kernel first.
 * GFLOPS counts multiplications and additions, GB/s every bound tensor once.
 */
export function kernelTable(timings: readonly KernelTiming[]): string {
  const kernels = new Map<
    string,
    { count: number; ms: number; flops: number; bytes: number }
  >();
  for (const { file, label, ms, flops, bytes } of timings) {
    const key = `${file}  ${label}`;
    const sum = kernels.get(key) ?? { count: 0, ms: 0, flops: 0, bytes: 0 };
    kernels.set(key, {
      count: sum.count + 1,
      ms: sum.ms + ms,
      flops: sum.flops + flops,
      bytes: sum.bytes + bytes,
    });
  }
  const rows = [...kernels].sort(([, a], [, b]) => b.ms - a.ms);
  const total = rows.reduce((sum, [, { ms }]) => sum + ms, 0);
  const rate = (amount: number, ms: number) =>
    ms > 0 ? (amount / ms / 1e6).toFixed(1) : "–";
  const body = rows.map(([key, { count, ms, flops, bytes }]) => [
    ...key.split("  "),
    String(count),
    ms.toFixed(3),
    `${(100 * ms / total).toFixed(0)} %`,
    rate(flops, ms),
    rate(bytes, ms),
  ]);
  return `${paint("bold", `One step: ${total.toFixed(2)} ms on the GPU`)}\n` +
    table(body, {
      header: ["kernel", "dispatch", "times", "ms", "share", "GFLOPS", "GB/s"],
      right: [2, 3, 4, 5, 6],
    }) + "\n";
}
