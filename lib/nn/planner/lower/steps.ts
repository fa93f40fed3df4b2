/** Many training steps of a perceptron as one dispatch: see `steps.wgsl`. */
import { fileName } from "../../../../shaders/mod.ts";
import {
  sharers,
  stepsMain,
  type StepsVariant,
} from "../../../../shaders/steps.ts";
import type { Kernel, Target, Widths } from "../../../core/plan.ts";
import type { Perceptron, Refusal } from "../perceptron.ts";
import { bind, type Draft, type LowerOptions } from "./draft.ts";
import { generated, join } from "../../op/kernel_text.ts";
import { MAX_READS, type StepsMemory, stepsMemory } from "./steps_memory.ts";
import { activationsOf, needsOf, stepsText } from "./steps_text.ts";
import { stepsIterations, stepsWork, totalWork } from "./steps_work.ts";
import { engineOf } from "./tiles.ts";

/** Widest layer: its units less one fit a byte. */
const MAX_WIDTH = 256;

/** Loop iterations of one dispatch at most, also where no driver ends loops, so that it is soon over. */
const MAX_ITERATIONS = 59_000;

/** Bytes of a uniform block, `maxUniformBufferBindingSize` of every device. */
const MAX_UNIFORM_BYTES = 65_536;

/** Tiles that a workgroup computes at a time where nobody shares one: on a GPU, and on a CPU, whose threads are few. */
const PLAIN_WORKERS = { gpu: 128, cpu: 8 };

/** What many steps depend on besides the perceptron. */
export interface StepsOptions extends LowerOptions {
  readonly batch: number;
  readonly widths?: Widths;
}

/** The dispatch that takes as many steps of a perceptron at a time as the target allows, or why there is none. */
export function lowerSteps(
  net: Perceptron,
  options: StepsOptions,
): Draft | Refusal {
  const { batch, replicas, target, widths } = options;
  const [update] = net.updates.values();
  const wide = net.layers.flatMap(({ inputs, units }) => [inputs, units])
    .find((width) => width > MAX_WIDTH);
  if (wide) return { reason: `a layer has ${wide} units, above ${MAX_WIDTH}` };
  const reads = Object.keys(update!.reads).length;
  if (reads > MAX_READS) {
    return {
      reason: `its optimizer reads ${reads} streams, above ${MAX_READS}`,
    };
  }
  const variant = variantOf(net, target);
  const columns = Math.ceil(batch / 4 / sharers(variant)) * sharers(variant);
  const memory = stepsMemory(net, { batch, replicas, columns, widths });
  const { once, perStep } = stepsIterations(net, { variant, batch, columns });
  const refusal = refusalOf(memory, target);
  if (refusal) return refusal;
  const limit = Math.min(MAX_ITERATIONS, 0.9 * target.maxIterations);
  const record = Math.max(
    ...memory.buffers.filter(isRecord).map(({ bytes }) => bytes),
  );
  const steps = Math.min(
    Math.floor((limit - once) / perStep),
    Math.floor(target.maxBindingBytes / record),
  );
  if (steps < 1) {
    return {
      reason:
        `a step runs ${perStep} loop iterations per invocation, ${limit} with what comes before and after fit`,
    };
  }
  const kernel = kernelOf(net, variant, memory);
  const parts = stepsWork(net, { batch, replicas, widths });
  const { flops, products } = totalWork(parts);
  return {
    label: "training steps",
    kernel,
    ...bindingsOf(kernel, memory),
    grid: [replicas, 1, 1],
    ...{ flops, products },
    iterations: once + steps * perStep,
    steps,
    parts,
  };
}

/** How the products are divided: with subgroups into tiles of the rows that suit the layers best. */
function variantOf({ layers }: Perceptron, target: Target): StepsVariant {
  const { subgroupBarrier = false, software } = target;
  const engine = engineOf(target);
  if (engine === "plain") {
    const workers = PLAIN_WORKERS[software ? "cpu" : "gpu"];
    return { engine, rows: 4, workers, subgroupBarrier };
  }
  // The loads of a turn take as long as the products of 12 rows (measured).
  const cost = (rows: number) =>
    layers.reduce(
      (sum, { units }) => sum + Math.ceil(units / rows) * (rows + 12),
      0,
    );
  const rows = cost(8) < cost(16) ? 8 : 16;
  return { engine, rows, workers: 1, subgroupBarrier };
}

/** Whether a buffer holds a record of every step. */
const isRecord = ({ values: [first] }: StepsMemory["buffers"][number]) =>
  first!.role === "stream" || first!.role === "metric";

/** What of the memory the target cannot bind. */
function refusalOf(
  { buffers, words }: StepsMemory,
  { maxBindingBytes, maxStorageBuffers }: Target,
): Refusal | null {
  const large = buffers.find(({ bytes }) => bytes > maxBindingBytes);
  if (large) {
    return {
      reason:
        `its ${large.name} takes ${large.bytes} bytes, the device binds at most ${maxBindingBytes}`,
    };
  }
  if (buffers.length > maxStorageBuffers) {
    return {
      reason:
        `it binds ${buffers.length} buffers, the device allows ${maxStorageBuffers}`,
    };
  }
  const bytes = 4 * words.length;
  return bytes > MAX_UNIFORM_BYTES
    ? { reason: `its tables take ${bytes} bytes, above ${MAX_UNIFORM_BYTES}` }
    : null;
}

function kernelOf(
  net: Perceptron,
  variant: StepsVariant,
  memory: StepsMemory,
): Kernel {
  const [update] = net.updates.values();
  const files = [net.loss.file, update!.file];
  return {
    file: "steps.wgsl",
    variant: [
      `${variant.rows} rows ${variant.engine}`,
      ...activationsOf(net).map(({ name }) => name),
      ...files.map((one) => fileName(one).replace(".wgsl", "")),
    ].join(", "),
    entry: "main",
    ...join([
      "steps_memory.wgsl",
      ...needsOf(net),
      ...stepsText(net, memory),
      ...files,
      "steps.wgsl",
      generated(stepsMain(variant)),
    ]),
    constants: { ...net.loss.constants, ...update!.constants },
  };
}

function bindingsOf(
  { code, file }: Kernel,
  { buffers, words }: StepsMemory,
): Pick<Draft, "bindings" | "sizes"> {
  const { bindings, sizes } = bind({
    ...{ code, words, file },
    buffers: buffers.map(({ name, access, values: [value] }) => ({
      ...{ name, access },
      value: value!,
    })),
  });
  return {
    sizes,
    bindings: bindings.map((binding, i) => {
      const { values } = buffers[i]!;
      const scratch = values[0]!.role === "scratch";
      return scratch ? binding : { ...binding, together: values };
    }),
  };
}
