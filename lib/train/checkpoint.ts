/** A checkpoint as bytes: a safetensors file whose metadata holds position and state. */
import { decodeSafetensors, encodeSafetensors } from "../core/safetensors.ts";
import type { Checkpoint } from "./experiment.ts";

export function encodeCheckpoint(checkpoint: Checkpoint): Uint8Array {
  const { epoch, step, tensors, state } = checkpoint;
  return encodeSafetensors({ ...tensors }, {
    epoch: String(epoch),
    step: String(step),
    state: JSON.stringify(state ?? null),
  });
}

/** @throws {Error} If the bytes are no safetensors file */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  return {
    epoch: Number(metadata.epoch ?? 0),
    step: Number(metadata.step ?? 0),
    tensors,
    state: JSON.parse(metadata.state ?? "null"),
  };
}
