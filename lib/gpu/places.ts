/** Where the buffers of a plan lie, also in the memory of another program. */
import { NablaError } from "../core/errors.ts";
import type { Plan, Tensor } from "../core/plan.ts";
import { formatShape, sizeOf } from "../core/shape.ts";

/** Where something begins in the device's memory. */
export interface Place {
  readonly buffer: GPUBuffer;
  /** Bytes. */
  readonly offset: number;
}

/** A plan whose tensors have memory. */
export interface Placed {
  readonly plan: Plan;
  /** Where a tensor of the plan begins. */
  placeOf(tensor: Tensor): Place;
}

/** Whether a tensor outlives a step: two programs may share it, a checkpoint holds it. */
export function isPersistent({ role }: Tensor): boolean {
  return role === "parameter" || role === "state";
}

/**
 * Where the buffer `index` of a plan begins, if another program has its tensors.
 *
 * @throws {NablaError} If a tensor has another size there, or those of one buffer lie apart
 */
export function sharedPlace(
  { name, tensors }: Plan,
  index: number,
  share: Placed,
): Place | null {
  const wanted = tensors.filter(({ buffer }) => buffer === index);
  const [first, ...others] = wanted.map((tensor) => beginning(tensor, share));
  const odd = others.findIndex((place) =>
    place?.buffer !== first?.buffer || place?.offset !== first?.offset
  );
  if (odd === -1) return first ?? null;
  throw new NablaError(
    `Cannot share ${
      wanted[1 + odd]!.label
    }: ${name} needs it in one buffer with ${
      wanted[0]!.label
    }, ${share.plan.name} keeps them apart; build both with the same executor, or compile ${name} first and share it`,
  );
}

/** Where the buffer of a tensor would begin, if the tensor lay where another program has it. */
function beginning(wanted: Tensor, share: Placed): Place | null {
  const { plan } = share;
  const tensor = plan.tensors.find(({ label }) => label === wanted.label);
  if (!tensor || !isPersistent(wanted)) return null;
  const length = ({ replicas, shape }: Tensor) => replicas * sizeOf(shape);
  if (length(tensor) !== length(wanted)) {
    throw new NablaError(
      `Cannot share ${wanted.label}: ${plan.name} has ${tensor.replicas} × ${
        formatShape(tensor.shape)
      }, ${wanted.replicas} × ${formatShape(wanted.shape)} are needed`,
    );
  }
  const { buffer, offset } = share.placeOf(tensor);
  return { buffer, offset: offset - wanted.offset };
}
