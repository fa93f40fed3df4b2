/**
 * What only a trial can tell about a device: whether its compiler takes subgroup
 * operations, and whether its driver cuts loops short.
 */
import { shader, type ShaderFile } from "../../shaders/mod.ts";

/** Iterations that the loop probe asks for; drivers that cut loops do so after 65,535. */
const PROBE_TURNS = 70_000;

/** Line that some compilers require before subgroup operations and others reject. */
const ENABLE_SUBGROUPS = "enable subgroups;\n";

/** The size of a subgroup and the text to put before kernels that use subgroups. */
export interface Subgroups {
  readonly size: number;
  readonly prelude: string;
}

/** Subgroups of a fixed size, or `null` if the device has none. */
export async function probeSubgroups(
  adapter: GPUAdapter,
  device: GPUDevice,
): Promise<Subgroups | null> {
  const { subgroupMinSize, subgroupMaxSize } = adapter.info as
    & GPUAdapterInfo
    & {
      subgroupMinSize?: number;
      subgroupMaxSize?: number;
    };
  if (!device.features.has("subgroups" as GPUFeatureName)) return null;
  if (!subgroupMinSize || subgroupMinSize !== subgroupMaxSize) return null;
  for (const prelude of ["", ENABLE_SUBGROUPS]) {
    const size = await runProbe(device, "subgroup_probe.wgsl", { prelude });
    if (size === subgroupMinSize) return { size, prelude };
  }
  return null;
}

/** Loop iterations after which the driver ends an invocation, `Infinity` if the probe ran to its end. */
export async function probeLoops(device: GPUDevice): Promise<number> {
  const counted = await runProbe(device, "loop_probe.wgsl", {
    constants: { turns: PROBE_TURNS },
  });
  return counted === PROBE_TURNS ? Infinity : counted ?? 0;
}

/** Runs a probe that writes one u32; `null` if the device does not take it. */
async function runProbe(
  device: GPUDevice,
  file: ShaderFile,
  { prelude = "", constants = {} }: {
    prelude?: string;
    constants?: Record<string, number>;
  },
): Promise<number | null> {
  device.pushErrorScope("validation");
  const result = device.createBuffer({
    label: file,
    size: 16,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC,
  });
  const staging = device.createBuffer({
    label: `${file} readback`,
    size: 16,
    usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
  });
  try {
    const module = device.createShaderModule({ code: prelude + shader(file) });
    const pipeline = await device.createComputePipelineAsync({
      layout: "auto",
      compute: { module, entryPoint: "main", constants },
    });
    const group = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: [{ binding: 0, resource: { buffer: result } }],
    });
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, group);
    pass.dispatchWorkgroups(1);
    pass.end();
    encoder.copyBufferToBuffer(result, 0, staging, 0, 16);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    return new Uint32Array(staging.getMappedRange())[0]!;
  } catch {
    return null;
  } finally {
    await device.popErrorScope();
    result.destroy();
    staging.destroy();
  }
}
