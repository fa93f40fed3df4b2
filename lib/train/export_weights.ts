/** The weights of a run as a file that other tools read. */
import { NablaError } from "../core/errors.ts";
import type { PlanSummary } from "../core/plan_summary.ts";
import { encodeSafetensors, type HostTensor } from "../core/safetensors.ts";
import { sizeOf } from "../core/shape.ts";
import { type Numbers, toTorchLayout } from "../nn/torch_layout.ts";
import type { Run } from "../results/schemas.ts";
import { decodeCheckpoint } from "./checkpoint.ts";

/**
 * Parameters and statistics of one replica out of a checkpoint, as a safetensors
 * file laid out as PyTorch has them, with study, run, step, epoch, seed, replica,
 * config (JSON) and revision as metadata.
 *
 * @param checkpoint The run's safetensors file, as the store gives it
 * @throws {NablaError} If there is no such replica, or the record does not describe the model
 */
export function exportWeights(
  run: Run,
  checkpoint: Uint8Array,
  { replica }: { replica: number },
): Uint8Array {
  const { epoch, step, tensors } = decodeCheckpoint(checkpoint);
  const { plans, revision } = run.provenance;
  const plan = plans.find((plan) => fits(plan, tensors));
  if (plan === undefined) {
    throw new NablaError(
      `Cannot export the weights of run ${run.id}: its record describes no model with the checkpoint's tensors; run it again with this version`,
    );
  }
  if (replica >= plan.replicas) {
    throw new NablaError(
      `Cannot export replica ${replica} of run ${run.id}: it trained ${plan.replicas}, counted from 0`,
    );
  }
  const arrays = Object.fromEntries(
    kept(plan).map((label) => [label, pick(tensors[label]!, replica)]),
  );
  const laid = toTorchLayout(plan.layers, arrays);
  return encodeSafetensors(laid, {
    format: "pt",
    study: run.study,
    run: run.id,
    step: String(step),
    epoch: String(epoch),
    seed: String(run.seed),
    replica: String(replica),
    config: JSON.stringify(run.config),
    revision: revision ?? "",
  });
}

/** Labels of everything that the layers of a plan keep. */
function kept({ layers }: PlanSummary): string[] {
  return layers.flatMap(({ parameters, states }) => [
    ...Object.values(parameters),
    ...Object.values(states),
  ]);
}

/** Whether the tensors are those of a plan: every one there, and all parameters of the right size. */
function fits(
  plan: PlanSummary,
  tensors: Readonly<Record<string, HostTensor>>,
): boolean {
  const { parameters, replicas, layers } = plan;
  const labels = new Set(
    layers.flatMap((layer) => Object.values(layer.parameters)),
  );
  const isThere = (label: string) =>
    tensors[label]?.data instanceof Float32Array &&
    tensors[label].shape[0] === replicas;
  if (labels.size === 0 || !kept(plan).every(isThere)) return false;
  const sizes = [...labels].map((label) => sizeOf(tensors[label]!.shape));
  return sizes.reduce((sum, size) => sum + size) === replicas * parameters;
}

/** One replica of a tensor [replicas, ...shape]. */
function pick({ shape, data }: HostTensor, replica: number): Numbers {
  const [, ...rest] = shape;
  const size = sizeOf(rest);
  const all = data as Float32Array;
  return {
    shape: rest,
    data: all.subarray(replica * size, (replica + 1) * size),
  };
}
