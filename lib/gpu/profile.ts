import { NablaError } from "../core/errors.ts";
import type { Plan } from "../core/plan.ts";
import type { Gpu } from "./gpu.ts";

/** Time of one dispatch on the device. */
export interface KernelTiming {
  readonly label: string;
  readonly file: string;
  readonly variant: string;
  readonly ms: number;
  readonly flops: number;
  readonly bytes: number;
}

/** Runs every dispatch of a step in a pass of its own between two timestamps. */
export async function profile(
  { device, adapter }: Gpu,
  { name, dispatches }: Plan,
  encode: (pass: GPUComputePassEncoder, index: number) => void,
): Promise<KernelTiming[]> {
  if (!adapter.timestamps) {
    throw new NablaError(
      `Cannot profile ${name}: the device has no timestamp queries; run without --profile`,
    );
  }
  const count = 2 * dispatches.length;
  const querySet = device.createQuerySet({ type: "timestamp", count });
  const resolved = device.createBuffer({
    label: "timestamps",
    size: 8 * count,
    usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({
    label: "timestamps readback",
    size: 8 * count,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    const encoder = device.createCommandEncoder({ label: `${name} profile` });
    dispatches.forEach(({ label }, i) => {
      const pass = encoder.beginComputePass({
        label,
        timestampWrites: {
          querySet,
          beginningOfPassWriteIndex: 2 * i,
          endOfPassWriteIndex: 2 * i + 1,
        },
      });
      encode(pass, i);
      pass.end();
    });
    encoder.resolveQuerySet(querySet, 0, count, resolved, 0);
    encoder.copyBufferToBuffer(resolved, 0, staging, 0, 8 * count);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    const nanoseconds = new BigInt64Array(staging.getMappedRange().slice(0));
    return dispatches.map(({ label, kernel, flops, bytes }, i) => ({
      label,
      file: kernel.file,
      variant: kernel.variant,
      ms: Number(nanoseconds[2 * i + 1]! - nanoseconds[2 * i]!) / 1e6,
      flops,
      bytes,
    }));
  } finally {
    querySet.destroy();
    resolved.destroy();
    staging.destroy();
  }
}
