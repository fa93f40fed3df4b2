/** How large the gradient is and how much it varies between mini-batches. */
import { sizeOf } from "../../core/shape.ts";
import type { Program } from "../../gpu/mod.ts";
import type { Graph } from "../../nn/graph.ts";
import { allocateInputs, type BatchSource } from "../../train/batches.ts";
import { fillStep } from "../../train/check_source.ts";
import { readGradients } from "../../train/gradient_check.ts";

/** Squared norms over all parameters, one of each replica. */
export interface GradientNorms {
  /** `‖∇J‖²`, J over all examples. */
  readonly gradient: number[];
  /** `(1/N_b) Σ ‖∇J_b − ∇J‖²`. */
  readonly variation: number[];
}

/**
 * The gradient norms where `program` stands: a plan without optimizer whose
 * batch divides the examples. The mini-batches are the examples in their order.
 */
export async function gradientNorms(
  { program, model, source }: {
    program: Program;
    model: Graph;
    source: BatchSource;
  },
): Promise<GradientNorms> {
  const { batch, replicas, tensors } = program.plan;
  const batches = source.examples / batch;
  const found: Record<string, Float32Array>[] = [];
  for (let b = 0; b < batches; b++) {
    const inputs = allocateInputs(tensors);
    const indices = Uint32Array.from(
      { length: batch },
      (_, i) => b * batch + i,
    );
    const place = { indices, epoch: 0, taken: b * batch };
    fillStep(program.plan, source, place, inputs);
    await program.submit([inputs]);
    found.push(await readGradients(program, model));
  }
  const gradient = new Array<number>(replicas).fill(0);
  const variation = new Array<number>(replicas).fill(0);
  for (const { label, shape } of model.parameters) {
    const size = sizeOf(shape);
    for (let at = 0; at < replicas * size; at++) {
      const r = Math.floor(at / size);
      const entries = found.map((gradients) => gradients[label]![at]!);
      const mean = entries.reduce((sum, g) => sum + g, 0) / batches;
      gradient[r]! += mean ** 2;
      for (const g of entries) variation[r]! += (g - mean) ** 2 / batches;
    }
  }
  return { gradient, variation };
}
